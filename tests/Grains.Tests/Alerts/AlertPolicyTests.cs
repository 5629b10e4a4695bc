using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Policy;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>The policy over a made-up time, told as a person would tell it: what was sent, and when.</summary>
public sealed class AlertPolicyTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly AlertOptions _options = new() { HoldSeconds = 10, RepeatSeconds = 3_600, EscalateAfterSeconds = 900 };
    private readonly List<(double At, AlertEvent Event, AlertRecord Alert)> _said = [];
    private AlertBook _book = AlertBook.Empty;
    private int _ids;

    private static AlertCause Cause(string kind = AlertKinds.SystemBlocked, string subject = "system", AlertSeverity severity = AlertSeverity.Page) =>
        new($"{kind}/{subject}", kind, severity, subject, $"{kind} of {subject}", "Mend it.", s_noon);

    private void Look(double at, params AlertCause[] causes) => Look(at, new AlertSighting { Present = causes.ToImmutableDictionary(c => c.Key) });

    private void Look(double at, AlertSighting seen)
    {
        (_book, var changes) = AlertPolicy.Advance(_book, seen, new(s_noon.AddSeconds(at), TimeSpan.FromSeconds(at)), _options, () => $"a{++_ids}");
        _said.AddRange(changes.Select(c => (at, c.Event, c.Alert)));
    }

    private void LookEverySecond(double from, double to, params AlertCause[] causes)
    {
        for (var at = from; at <= to; at++) Look(at, causes);
    }

    private IEnumerable<(double At, AlertEvent Event)> Said => _said.Select(s => (s.At, s.Event));

    [Fact]
    public void Cause_ThatLastsItsHold_IsOpenedOnceAndResolvedOnceAfterTheSameTime()
    {
        LookEverySecond(0, 60, Cause());
        LookEverySecond(61, 120);
        Assert.Equal([(10, AlertEvent.Opened), (71, AlertEvent.Resolved)], Said);
        Assert.Equal(s_noon.AddSeconds(71), _said[1].Alert.ResolvedAt);
        Assert.Empty(_book.Open);
    }

    [Fact]
    public void Cause_ThatEndsBeforeItsHold_IsNeverTold()
    {
        for (var round = 0; round < 50; round++)
        {
            LookEverySecond(round * 20, (round * 20) + 9, Cause());
            LookEverySecond((round * 20) + 10, (round * 20) + 19);
        }

        Assert.Empty(_said);
    }

    [Fact]
    public void Flap_AtTenHertz_SendsNothingHoweverTheLooksFall()
    {
        // Looked at once a second the cause always happens to be there; between the looks it came and went five times.
        for (var at = 0; at < 600; at++)
            Look(at, new AlertSighting { Present = ImmutableDictionary<string, AlertCause>.Empty.Add(Cause().Key, Cause()), Interrupted = [Cause().Key] });
        Assert.Empty(_said);
    }

    [Fact]
    public void Flap_OfAnOpenAlert_NeitherResolvesNorReopensIt()
    {
        LookEverySecond(0, 10, Cause());

        // Looked at once a second it always happens to be gone.
        for (var at = 11; at < 600; at++)
            Look(at, new AlertSighting { Present = ImmutableDictionary<string, AlertCause>.Empty, Passed = ImmutableDictionary<string, AlertCause>.Empty.Add(Cause().Key, Cause()) });
        Assert.Equal([(10, AlertEvent.Opened)], Said);
    }

    [Fact]
    public void Unacknowledged_IsEscalatedOnce_AndRepeatedUntilItIsOver()
    {
        LookEverySecond(0, 9_000, Cause());
        Assert.Equal([(10, AlertEvent.Opened), (910, AlertEvent.Escalated), (4_510, AlertEvent.Repeated), (8_110, AlertEvent.Repeated)], Said);
    }

    [Fact]
    public void Acknowledged_IsNeitherRepeatedNorEscalated_AndStillResolved()
    {
        LookEverySecond(0, 20, Cause());
        var done = AlertPolicy.Acknowledge(_book, "a1", "operator", "mine", new(s_noon.AddSeconds(20), TimeSpan.FromSeconds(20)))!.Value;
        _book = done.Book;
        Assert.Equal((AlertEvent.Acknowledged, "operator", "mine"), (done.Change.Event, done.Change.Alert.AcknowledgedBy, done.Change.Alert.AcknowledgeReason));
        Assert.Null(AlertPolicy.Acknowledge(_book, "a1", "another", "too late", new(s_noon, TimeSpan.FromSeconds(21))));
        LookEverySecond(21, 9_000, Cause());
        LookEverySecond(9_001, 9_020);
        Assert.Equal([(10, AlertEvent.Opened), (9_011, AlertEvent.Resolved)], Said);
    }

    [Fact]
    public void Kill_IsToldAtOnce_AlsoOneThatWasReleasedBetweenTwoLooks()
    {
        var kill = Cause(AlertKinds.KillEngaged);
        Look(0);
        Look(1, new AlertSighting { Present = ImmutableDictionary<string, AlertCause>.Empty, Passed = ImmutableDictionary<string, AlertCause>.Empty.Add(kill.Key, kill) });
        Look(2);
        Look(3);
        Assert.Equal([(1, AlertEvent.Opened), (2, AlertEvent.Resolved)], Said);
    }

    [Fact]
    public void Storm_OfOneKind_IsOneAlertThatIsOverWhenAllAre()
    {
        var lost = Enumerable.Range(0, 40).Select(i => Cause(AlertKinds.RunnerLost, $"bot/b{i:00}", i == 7 ? AlertSeverity.Page : AlertSeverity.Warn)).ToArray();
        LookEverySecond(0, 10, lost);
        var opened = Assert.Single(_said);
        Assert.Equal((2, AlertEvent.Opened, AlertSeverity.Page), (opened.At, opened.Event, opened.Alert.Severity));
        Assert.Contains("40", opened.Alert.Message, StringComparison.Ordinal);
        Assert.Contains("bot/b07", opened.Alert.Message, StringComparison.Ordinal);
        LookEverySecond(11, 20, [.. lost.Take(1)]);
        LookEverySecond(21, 30);
        Assert.Equal([(2, AlertEvent.Opened), (23, AlertEvent.Resolved)], Said);
    }

    [Fact]
    public void Few_OfOneKind_AreToldOneByOne()
    {
        LookEverySecond(0, 10, Cause(AlertKinds.RunnerLost, "bot/a", AlertSeverity.Warn), Cause(AlertKinds.RunnerLost, "bot/b", AlertSeverity.Warn), Cause(AlertKinds.BotBlind, "bot/c", AlertSeverity.Warn));
        Assert.Equal(["bot/a", "bot/b", "bot/c"], _said.Select(s => s.Alert.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Severity_ThatRises_IsToldAgainAtOnce()
    {
        LookEverySecond(0, 10, Cause(AlertKinds.DailyLoss, "bot/a", AlertSeverity.Warn));
        LookEverySecond(11, 20, Cause(AlertKinds.DailyLoss, "bot/a", AlertSeverity.Page));
        Assert.Equal([(2, AlertEvent.Opened), (11, AlertEvent.Repeated)], Said);
        Assert.Equal(AlertSeverity.Page, _said[1].Alert.Severity);
    }

    [Fact]
    public void Absence_ThatNobodyCouldSee_ResolvesNothing()
    {
        LookEverySecond(0, 10, Cause());
        for (var at = 11; at < 300; at++) Look(at, new AlertSighting { Present = ImmutableDictionary<string, AlertCause>.Empty, Unknown = [AlertKinds.SystemBlocked] });
        Assert.Single(_said);
        LookEverySecond(300, 320);
        Assert.Equal([(10, AlertEvent.Opened), (310, AlertEvent.Resolved)], Said);
    }

    [Fact]
    public void Restart_TakesUpWhatIsOpen_AndRepeatsNoOpening()
    {
        LookEverySecond(0, 10, Cause());
        var kept = _book.Open.Select(a => a.Record).ToArray();
        _book = AlertBook.From(kept, new(s_noon.AddSeconds(100), TimeSpan.Zero));
        _said.Clear();
        for (var at = 0; at < 60; at++) Step(100, at, Cause());
        for (var at = 60; at < 90; at++) Step(100, at);
        Assert.Equal([(70, AlertEvent.Resolved)], Said);
        Assert.Equal("a1", _said[0].Alert.AlertId);

        void Step(double began, double at, params AlertCause[] causes)
        {
            (_book, var changes) = AlertPolicy.Advance(_book, new() { Present = causes.ToImmutableDictionary(c => c.Key) }, new(s_noon.AddSeconds(began + at), TimeSpan.FromSeconds(at)), _options, () => $"a{++_ids}");
            _said.AddRange(changes.Select(c => (at, c.Event, c.Alert)));
        }
    }

    [Fact]
    public void WallClock_ThatJumps_ChangesNothingOfTheDurations()
    {
        for (var at = 0; at < 30; at++)
        {
            var wall = s_noon.AddSeconds(at).AddHours(at % 3 == 0 ? 24 : -24);
            (_book, var changes) = AlertPolicy.Advance(_book, new() { Present = ImmutableDictionary<string, AlertCause>.Empty.Add(Cause().Key, Cause()) }, new(wall, TimeSpan.FromSeconds(at)), _options, () => $"a{++_ids}");
            _said.AddRange(changes.Select(c => ((double)at, c.Event, c.Alert)));
        }

        Assert.Equal([(10, AlertEvent.Opened)], Said);
    }
}
