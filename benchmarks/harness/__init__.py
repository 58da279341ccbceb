"""What every benchmark stands on: databases of their own, rounds, floors, figures."""
