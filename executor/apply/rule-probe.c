/* SPDX-License-Identifier: ISC */
/* executor/apply/rule-probe.c - rules in a namespace of their own; see rule-probe.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor/apply/rule-probe.h"
#include "executor/kernel/link.h"
#include "executor/kernel/netlink.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "helpers/base/vrf.h"

/* Not a bit, and not what a child that was killed ends with. */
#define PROBE_FAILED 64

static struct rule probe_rule(uint8_t action)
{
	return (struct rule){
		.family = AF_INET, .action = action, .has_pref = true, .pref = 5, .protocol = VRF_PROTOCOL
	};
}

/* 1: it is told again as it was added. */
static int keeps_dscp(struct netlink *nl)
{
	struct rule rule = probe_rule(FR_ACT_NOP);
	struct rules have;
	int kept = 0, err;

	rule.dscp = 1 + 10;
	err = rule_add(nl, &rule);
	/* A kernel that checks all attributes refuses it. */
	if (err)
		return err == -EINVAL || err == -EOPNOTSUPP ? 0 : err;
	err = rules_get(nl, AF_INET, &have);
	for (size_t i = 0; !err && i < have.count; i++)
		kept |= rule_equal(&have.rule[i], &rule);
	rules_free(&have);
	return err ? err : kept;
}

/* 1: a lookup in a VRF meets a rule with the VRF's name. */
static int matches_vrf(struct netlink *nl)
{
	/* the IPv4 dummy address (RFC 7600) */
	struct prefix nobody = { .family = AF_INET, .len = 32, .addr = { 192, 0, 0, 8 } };
	struct rule rule = probe_rule(FR_ACT_PROHIBIT);
	struct link vrf;
	int err;

	strcpy(rule.oif, "probe");
	err = link_add_vrf(nl, "probe", 10, 0);
	if (!err)
		err = link_get(nl, "probe", &vrf);
	if (!err)
		err = link_set_up(nl, &vrf, true);
	if (!err)
		err = rule_add(nl, &rule);
	if (err)
		return err;
	err = route_lookup(nl, &nobody, vrf.ifindex);
	return err == -EACCES;
}

static int probe(void)
{
	struct netlink nl;
	int dscp, vrf;

	if (unshare(CLONE_NEWNET) || netlink_open(&nl, NULL, false))
		return PROBE_FAILED;
	dscp = keeps_dscp(&nl);
	vrf = matches_vrf(&nl);
	netlink_close(&nl);
	return dscp < 0 || vrf < 0 ? PROBE_FAILED : (dscp ? PROBE_DSCP : 0) | (vrf ? PROBE_VRF : 0);
}

int rule_probe(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		_exit(probe());
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) < PROBE_FAILED ? WEXITSTATUS(status) : -EPERM;
}
