/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/vrf.h - the numbers by which the executors, vrf-exec and rc-vrf
 * recognise each other's work in the kernel.  There is no other contract:
 * no state file, no pinned object.  doc/architecture.md explains each.
 */
#ifndef HELPERS_BASE_VRF_H
#define HELPERS_BASE_VRF_H

/*
 * Our routing protocol number (rtm_protocol, FRA_PROTOCOL): 'V'.  Free in
 * iproute2's etc/iproute2/rt_protos.  Only what carries it is ours to change.
 */
#define VRF_PROTOCOL 86

/*
 * A VRF device asks for ifindex base + table, so that the sockets of running
 * services survive its re-creation and no device that arrives from another
 * network namespace, with its low number, can take its place.
 */
#define VRF_IFINDEX_BASE 0x40000000u

/* The default mark of a mark VRF is base | table. 1 would be TPROXY's. */
#define VRF_MARK_BASE 0x56000000u

/*
 * net.ipv4.conf.DEV.tag, which the kernel keeps and never looks at: of a member that went down
 * with its VRF and is not back with all that it had.  It is there without IPv6, too.  The second: and
 * we have made its VLAN loose, so that it does not come up with its card meanwhile.
 */
#define VRF_TAG_WAITS       86
#define VRF_TAG_WAITS_LOOSE 87

/* Lowest preference of all, as Documentation/networking/vrf.rst has it. */
#define VRF_UNREACHABLE_METRIC 4278198272u

/* Preferences of the rules, lowest first (doc/architecture.md). */
#define VRF_PREF_LOCAL            0    /* `l3mdev goto 1000` before `local`, which stays there */
#define VRF_PREF_MARK_LOCAL       899  /* iif lo fwmark M lookup local: vrf-mark-local yes */
#define VRF_PREF_MARK             900  /* iif lo fwmark M lookup T */
#define VRF_PREF_MARK_UNREACHABLE 901  /* iif lo fwmark M unreachable */
#define VRF_PREF_L3MDEV           1000 /* the kernel's own, drivers/net/vrf.c */
#define VRF_PREF_UNREACHABLE      2000 /* l3mdev unreachable */

#endif
