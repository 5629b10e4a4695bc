using ControlPlane.Dashboard.Browser;

namespace ControlPlane.Dashboard.Tests.Browser;

public sealed class LocalClockTests : PageContext
{
    [Fact]
    public void Zone_IsChosenOnce_AndShown()
    {
        var clock = Get<LocalClock>();
        Assert.Equal(("UTC", "14:02 UTC"), (clock.Zone, clock.Minute(Rows.Now)));
        clock.Learn([0, 120]);
        Assert.Equal(("UTC+02:00", "16:02", "2026-11-24 16:02:11"), (clock.Zone, clock.Minute(Rows.Now), clock.Full(Rows.Now)));
        Assert.Equal("2026-11-24 16:02:11 UTC+02:00, 2026-11-24 14:02:11 UTC", clock.Other(Rows.Now));
        clock.Choose(utc: true);
        Assert.Equal(("UTC", "14:02 UTC", "2026-11-24 14:02:11"), (clock.Zone, clock.Minute(Rows.Now), clock.Full(Rows.Now)));
        clock.Learn([0, -210]);
        clock.Choose(utc: false);
        Assert.Equal("UTC\u221203:30", clock.Zone);
    }
}
