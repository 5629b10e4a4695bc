namespace ControlPlane.Grains.Tests;

public sealed class SinceTrackerTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ThingThatStands_KeepsItsFirstInstant()
    {
        var first = Look(new(StringComparer.Ordinal), "a", s_noon);
        Assert.Equal(s_noon, Look(first, "a", s_noon.AddMinutes(1))["a"]);
        Assert.Equal(s_noon.AddMinutes(-1), Look(first, "a", s_noon.AddMinutes(-1))["a"]);
    }

    [Fact]
    public void Of_ThingThatWasGoneForALook_StartsAnew()
    {
        var gone = Look(Look(new(StringComparer.Ordinal), "a", s_noon), "b", s_noon);
        Assert.Equal(s_noon.AddMinutes(2), Look(gone, "a", s_noon.AddMinutes(2))["a"]);
    }

    [Fact]
    public void Of_SameThingTwiceInALook_TakesTheEarlier()
    {
        var look = new SinceTracker<string>(new Dictionary<string, DateTimeOffset>());
        look.Of("a", s_noon);
        Assert.Equal(s_noon, look.Of("a", s_noon.AddMinutes(1)));
        Assert.Equal(s_noon, Assert.Single(look.Seen).Value);
    }

    private static Dictionary<string, DateTimeOffset> Look(Dictionary<string, DateTimeOffset> known, string key, DateTimeOffset told)
    {
        var look = new SinceTracker<string>(known);
        look.Of(key, told);
        return new(look.Seen, StringComparer.Ordinal);
    }
}
