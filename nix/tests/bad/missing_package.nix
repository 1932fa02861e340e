# attribute 'etcd_2_0' missing
{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.etcd_2_0 ];
}
