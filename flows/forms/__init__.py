"""The forms that what identifies someone is written in: names on the net, places, dates, numbers.

All of them look in a plain text (`plain.plain_text`), whatever language or script it was typed in.
"""
