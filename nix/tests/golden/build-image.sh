mkdir $out
ln -s /nix/store/linux/bzImage $out/vmlinuz
bash /nix/store/unpack-kernel $(readlink $out/vmlinuz) $out/kernel
ln -s /nix/store/netboot-ramdisk/initrd $out/initrd
ln -s /nix/store/cmdline $out/cmdline
ln -s /nix/store/boot.ipxe $out/boot.ipxe
size() { stat --dereference --format %s $out/$1; }
jq --argjson kernel $(size kernel) --argjson initrd $(size initrd) \
  --argjson vmlinuz $(size vmlinuz) \
  '.files = {$kernel, $initrd, $vmlinuz}' /nix/store/image.json >$out/image.json
