"""Fetches configured outlets politely and hands pages over; decides nothing about news."""
