"""The forms that what identifies someone is written in: names on the net, places, dates, numbers.

All of them look in a plain text (`plain.plain_text`), whatever language or script it was typed in.
No pattern repeats without bound what itself repeats without bound, unless possessively, so that no
text keeps them busy; a test looks at their structure.
"""
