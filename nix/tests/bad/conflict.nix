# the option `system.stateVersion` has conflicting definitions
{
  system.stateVersion = "25.11";
}
