"""The case file that ``detente new`` writes: small, commented, and sound as it stands."""

from __future__ import annotations

STARTER = """\
# A case file of Detente. Change it to your dispute; 'detente check FILE' tells what is to be put
# right, 'detente analyse FILE -o report.html' answers everything. Lines after a # are notes.
detente: 1
title: A dispute over a new working week
as_of: 2026-01-31

# The documents that statements rest on. Cite a place in one as press#3: no blank before the #.
sources:
  press:
    title: Union conference report
    date: 2026-01-20
  letter:
    title: Letter of the works director
    date: 2026-01-24

# Who has to accept. A party that is only affected gets 'signatory: false'.
parties:
  union: The union
  firm: The firm

# What is to be settled, the answers on the table, and what holds as long as nothing is agreed.
issues:
  week:
    title: Working week
    options: [five_days, flexible, four_days]
    status_quo: five_days
  pay:
    title: Pay rise
    unit: percent
    range: 0..6
    step: 1
    status_quo: 0
  weekends:
    title: Weekend shifts
    options: [none, voluntary, required]
    status_quo: none

# Named packages. What a proposal leaves out keeps its status quo.
proposals:
  draft:
    week: four_days
    pay: 1
    weekends: voluntary

# What the sources say about what each party wants. No numbers are needed. For every issue the best
# and the worst option of each party must be known: 'order' names them first and last.
preferences:
  union:
    - order:
        week: four_days > flexible > five_days
      because: press#2
    - more_is_better: pay
      because: press#2
    - order:
        weekends: none > voluntary > required
      because: press#4
    # moving the week from worst to best matters more than moving pay from worst to best
    - importance: week > pay
      because: press#3
      confidence: medium
    - red_line: weekends == required
      because: press#4
    # the union would rather have no deal than that pay stays where it is and weekends are worked
    - compare: no deal > (weekends = voluntary)
      because: press#5
  firm:
    - order:
        week: five_days > flexible > four_days
      because: letter#1
    - less_is_better: pay
      because: letter#1
    - order:
        weekends: required > voluntary > none
      because: letter#2
    - compare: (week = flexible, weekends = voluntary) > no deal
      because: letter#3
    # a judgement of our own: it has no source, so 'check' lists it as an unexamined assumption
    - no_deal: 30..60

# In which order? Take away the marks before these lines, and 'detente agenda FILE' tells what to
# negotiate first, 'detente roadmap FILE draft' what to carry out first.
#
#time: {unit: week}
#walk_away:
#  # how much stays when talks end after an issue was settled: 0 nothing, 1 all of it
#  - keeps: pay
#    part: 0.8..1
#  # once weekends are worked the firm has stocks, and can wait longer
#  - shift: 2..10
#    on: firm
#    after: weekends != none
#    lasts: until completion
#agenda:
#  orders:
#    weekends_first: weekends then rest
#roadmap:
#  deadline: 12
#  items:
#    week: {delivered_by: firm, takes: 4}
#    pay: {delivered_by: firm, takes: 1}
#    weekends: {delivered_by: union, takes: 2}
#  orders:
#    weekends_first: weekends then rest

# Would the deal hold? Say who can change what alone, and 'detente hold FILE draft' tells who could
# gain by leaving it, and what answers that.
#
#control:
#  # the firm can take back what it gave
#  firm:
#    week: [any -> five_days]
#    pay: [any -> 0]
#  # the union can stop working at weekends, and begin again: <-> is both ways
#  union:
#    weekends: {moves: [none <-> voluntary], because: press#6}
#graph:
#  # states that come to the same are one
#  merge:
#    - when: weekends == none and pay == 0
#      title: The old contract
"""
