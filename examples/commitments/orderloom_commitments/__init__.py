"""Commitments: what each project has committed itself to pay, kept as orders come and go."""
