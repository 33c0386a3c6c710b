"""Which parcel x use x method x period x source the rules allow, and why not."""
