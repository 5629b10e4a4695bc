using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage.Policy;

namespace ControlPlane.Grains.Tests.Usage.Policy;

public sealed class UsageEventRulesTests
{
    private static readonly UsageEvent s_good = new(
        Guid.NewGuid(), DateTimeOffset.UnixEpoch, "u1", "momentum", "polygon", "GET /v3/quotes", UsageStatus.Ok, 200, 41, "4bf92f3577b34da6a3ce929d0e0e4736", null);

    public static TheoryData<UsageEvent> Bad => new(
        s_good with { EventId = Guid.Empty },
        s_good with { Operation = "" },
        s_good with { Operation = "GET /x?apiKey=canary" },
        s_good with { Operation = new string('a', 201) },
        s_good with { UserId = "a\nb" },
        s_good with { BotId = "\u202Eevil" },
        s_good with { BotId = "\ud800" },
        s_good with { ErrorCode = new string('a', 101) },
        s_good with { Status = (UsageStatus)9 },
        s_good with { HttpStatus = 99 },
        s_good with { LatencyMs = -1 },
        s_good with { TraceId = "XYZ" });

    [Fact]
    public void Event_WellFormed_BreaksNoRule()
    {
        Assert.Null(UsageEventRules.Broken(s_good));
        Assert.Null(UsageEventRules.Broken(s_good with { UserId = null, BotId = null, HttpStatus = null, LatencyMs = null, TraceId = null }));
    }

    [Theory, MemberData(nameof(Bad))]
    public void Event_OfTheWrongForm_IsRefusedWithoutQuotingIt(UsageEvent bad)
    {
        var rule = UsageEventRules.Broken(bad);
        Assert.NotNull(rule);
        Assert.DoesNotContain("canary", rule, StringComparison.Ordinal);
    }
}
