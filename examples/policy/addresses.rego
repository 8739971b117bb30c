# Public zones have no private addresses. The input is `zonesync plan --format json`.
#
#     opa eval --fail-defined --input plan.json --data addresses.rego 'data.zonesync.addresses.deny[_]'
package zonesync.addresses

import rego.v1

# RFC 1918, RFC 6598 section 7, and for IPv6 RFC 4193.
private["A"] := {`^10\.`, `^172\.(1[6-9]|2[0-9]|3[01])\.`, `^192\.168\.`, `^100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.`}

private["AAAA"] := {`^f[cd][0-9a-f]{2}:`}

deny contains message if {
	some step in input.steps

	# A view is written after an `@`: its zones are private.
	not contains(step.zone, "@")
	some change in step.changes
	change.after != null
	some address in change.after.rdatas
	some pattern in private[change.after.type]
	regex.match(pattern, address)
	message := concat(" ", [change.after.name, change.after.type, "would have the private address", address])
}

allow if count(deny) == 0
