{ } # stands for the release's own
