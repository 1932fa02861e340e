#pragma once

#include <memory>

#include "faultline/service/vm/vm_manager.h"

namespace faultline {

// libvirt's QEMU driver on each host, asked by virsh in the guest: the way its
// operators take. Each call ends by its deadline at both ends, whatever
// libvirtd does, which a connection of libvirt's C library does not promise,
// and the host of the tests needs nothing of libvirt.
//
// The hosts are nodes with the service "libvirt", and a channel for each
// machine (VmSpec). Live migration goes over the data network.
std::unique_ptr<VmManager> MakeLibvirt(Cluster& cluster);

}  // namespace faultline
