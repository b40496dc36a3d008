"""event-intensity: hold more while much is happening, less as it fades."""

from eventfolio.strategies import Announcement, Decaying, EventStrategy, Leave


class EventIntensity(EventStrategy):
    """Hold a share of equity that grows with each event's strength and halves as time passes.

    Idea: attention to a theme decays; a position should follow it instead of starting and stopping.
    Source: the exponentially decaying kernel of self-exciting processes, Hawkes (1971), Biometrika 58(1), 83-90;
    its use as a target share is ours.

    half_life : sessions in which an event's weight halves
    band      : fraction of equity by which target and present share must differ before it trades
    weight    : fraction of equity shared by the theme's members at full intensity
    """

    trigger = Announcement()
    size = Decaying("weight", "half_life", "band")
    leave = Leave()
    params = dict(half_life=20, band=0.02, weight=0.5)
