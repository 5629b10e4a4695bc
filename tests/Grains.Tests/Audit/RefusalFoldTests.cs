using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Audit;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Audit;

public sealed class RefusalFoldTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));

    [Fact]
    public void EqualRefusals_AreOneEntryAtOnceAndOneWithTheirCount()
    {
        var fold = new RefusalFold(_clock);
        Assert.NotNull(fold.Add(Refusal("viewer", "kill.release", "system")));
        for (var i = 0; i < 2015; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Null(fold.Add(Refusal("viewer", "kill.release", "system")));
        }

        Assert.Empty(fold.Take());
        _clock.Advance(RefusalFold.Window);
        var entry = Assert.Single(fold.Take());
        Assert.Equal(("2015", "2026-11-22T20:00:00.010Z", "2026-11-22T20:00:20.150Z"), (entry.Details["count"], entry.Details["first"], entry.Details["last"]));
        Assert.Equal("FORBIDDEN", entry.Details["code"]);

        // A new window begins with an entry at once; one refusal alone needs no second one.
        Assert.NotNull(fold.Add(Refusal("viewer", "kill.release", "system")));
        _clock.Advance(RefusalFold.Window);
        Assert.Empty(fold.Take());
    }

    [Fact]
    public void OtherRolesActionsAndTargets_AreToldApart_UpToABound()
    {
        var fold = new RefusalFold(_clock);
        Assert.NotNull(fold.Add(Refusal("viewer", "kill.release", "system")));
        Assert.NotNull(fold.Add(Refusal("runner", "kill.release", "system")));
        Assert.NotNull(fold.Add(Refusal("viewer", "live.arm", "system")));
        var entries = Enumerable.Range(0, 5000).Count(i => fold.Add(Refusal("viewer", "kill.release", $"bot/b{i}")) is not null);
        Assert.InRange(entries, 20, 40);
        var rest = Assert.Single(fold.Take(all: true));
        Assert.Equal(("several", 5000 - entries), (rest.Target, int.Parse(rest.Details["count"])));
        Assert.Empty(fold.Take(all: true));
    }

    private AuditFact Refusal(string role, string action, string target) =>
        new(_clock.GetUtcNow(), new Caller(role, role, new string('a', 32)), action, target, RefusalFold.Outcome, ImmutableSortedDictionary<string, string>.Empty.Add("code", "FORBIDDEN"));
}
