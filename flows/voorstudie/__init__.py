"""The protocol of the pre-study (voorstudie): its questions, rules and passages."""
