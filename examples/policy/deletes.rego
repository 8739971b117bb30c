# Which deletes a plan may have. The input is `zonesync plan --format json`.
#
#     zonesync plan --format json > plan.json
#     opa eval --fail-defined --input plan.json --data deletes.rego 'data.zonesync.deletes.deny[_]'
package zonesync.deletes

import rego.v1

# More deletes than this want a second plan.
most := 10

# What resolvers and mail servers look for first.
precious := {"NS", "MX", "SOA", "DS"}

deletes contains {"zone": step.zone, "provider": step.provider, "name": change.before.name, "type": change.before.type} if {
	some step in input.steps
	some change in step.changes
	change.before != null
	change.after == null
}

deny contains message if {
	some gone in deletes
	gone.type in precious
	message := concat(" ", [gone.name, gone.type, "would be deleted at", gone.provider])
}

deny contains message if {
	count(deletes) > most
	message := concat(" ", [format_int(count(deletes), 10), "RRsets would be deleted, the limit is", format_int(most, 10)])
}

deny contains message if {
	some step in input.steps
	step.kind == "delete_zone"
	message := concat(" ", ["the zone", step.zone, "would be deleted at", step.provider])
}

# Of what could not be read nobody knows what would go.
deny contains message if {
	some unread in input.unread
	message := concat(" ", [unread.zone, "could not be read at", unread.provider])
}

allow if count(deny) == 0
