"""The life of an audit, from a frozen cut to a certificate or a refusal; rows in, rows out.

| module | what it does |
|---|---|
| cases | what is known of a film's takes, as triage and audits ask for it |
| cut | which takes of a film stand in its cut, and why some must be looked at anyway |
| scope | what a certificate holds for, and what has changed since |
| freeze | fixes takes, scores and scope |
| experience | what earlier audits tell of the next one's chances |
| draw | plans the zone, draws the seed, puts the audit into the queues of those who judge |
| progress | whose verdicts are there, what they say, and what is missing |
| close | certificate or refusal |
| remaking | what a film's card says of takes made again unattended |
| covered | which takes pass by a certificate today, and which certificates have ended |
| preview | which verdicts another pack would change, before it is adopted |
| standing, overview | what a producer reads of a film's audit, and what to do next |
| paired | two generators or workflows, compared on the same shots |
| forecast | what an audit says of takes that will be made, for planning alone |
| forecast_words | how that is told |
| agreement | blind repeats: how often people agree with themselves |
"""
