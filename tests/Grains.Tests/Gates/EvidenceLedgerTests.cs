using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class EvidenceLedgerTests
{
    private static readonly GateProvider s_seat = new("polygon", "Polygon", "market_data", false, true);

    private sealed record Answer(double SentAfter, double TakesS, ProviderState State, double ValidForS, int Activation);

    private static readonly Gen<Answer> s_answer = Gen.Select(Gen.Double[0, 20], Gen.Double[0, 8], Gen.Int[0, 3], Gen.Double[0, 12], Gen.Int[0, 2],
        (sent, takes, state, valid, activation) => new Answer(sent, takes, (ProviderState)state, state >= 2 ? valid : 0, activation));

    /// <summary>Whatever comes in whatever order and however late: good means that an answer sent at such a time still covers this moment.</summary>
    [Fact]
    public void Provider_AnyOrderOfArrival_IsGoodOnlyWithinWhatWasProven() => s_answer.Array[0, 12].Sample(answers =>
    {
        var clock = new FakeTimeProvider();
        var options = new GateOptions();
        var ledger = new EvidenceLedger(clock, options);
        var start = clock.GetTimestamp();
        var arrivals = answers.Select((a, i) => (Answer: a, Sequence: (long)i, At: a.SentAfter + a.TakesS)).OrderBy(a => a.At).ToArray();
        var next = 0;
        for (var now = 0.0; now < 40; now += 0.5)
        {
            while (next < arrivals.Length && arrivals[next].At <= now)
            {
                var (answer, sequence, _) = arrivals[next++];
                ledger.Record(
                    new ProviderEvidence("polygon", new Guid(answer.Activation, 0, 0, new byte[8]), sequence, answer.State, (long)(answer.ValidForS * 1000), [], [], null),
                    start + (long)(answer.SentAfter * clock.TimestampFrequency));
            }

            if (ledger.Provider(s_seat).IsGood)
            {
                Assert.Contains(arrivals.Take(next), a => a.Answer.State >= ProviderState.Degraded
                    && now - a.Answer.SentAfter < a.Answer.ValidForS + 0.001 && now - a.Answer.SentAfter < options.EvidenceSeconds + 0.001);
            }

            clock.Advance(TimeSpan.FromSeconds(0.5));
        }
    });

    /// <summary>A cycle that is told of late proves no more than it did when it ended.</summary>
    [Fact]
    public void Record_ProgressOfSomeAge_CountsFromTheEndOfItsCycle()
    {
        var clock = new FakeTimeProvider();
        var options = new GateOptions();
        var ledger = new EvidenceLedger(clock, options);
        ledger.Record(new ComponentProgress("supervisor", "x", 7, true, "done", false, AgeMs: 4_000));
        Assert.True(ledger.Components()["supervisor"].IsGood);
        clock.Advance(TimeSpan.FromSeconds(options.ProgressSeconds - 4));
        Assert.False(ledger.Components()["supervisor"].IsGood);
    }

    [Fact]
    public void Record_AnswerToAnOlderQuestion_IsIgnored()
    {
        var clock = new FakeTimeProvider();
        var ledger = new EvidenceLedger(clock, new GateOptions());
        var first = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = clock.GetTimestamp();
        Assert.Equal(EvidenceNews.Changed, ledger.Record(GateFixtures.Evidence("polygon", ProviderState.NotConfigured) with { Sequence = 9 }, second));
        Assert.Equal(EvidenceNews.Outdated, ledger.Record(GateFixtures.Evidence("polygon", ProviderState.Connected), first));
        Assert.False(ledger.Provider(s_seat).IsGood);
    }

    [Fact]
    public void Record_TheSameAgain_IsRenewed_UntilTheOldAnswerHasExpired()
    {
        var clock = new FakeTimeProvider();
        var options = new GateOptions();
        var ledger = new EvidenceLedger(clock, options);
        var answer = GateFixtures.Evidence("polygon", ProviderState.Connected) with { ValidForMs = 60_000 };
        Assert.Equal(EvidenceNews.Changed, ledger.Record(answer, clock.GetTimestamp()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(EvidenceNews.Renewed, ledger.Record(answer with { ValidForMs = 59_000 }, clock.GetTimestamp()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(EvidenceNews.Changed, ledger.Record(answer with { ValidForMs = 50_000 }, clock.GetTimestamp()));
        clock.Advance(options.Evidence);
        Assert.Equal(EvidenceNews.Changed, ledger.Record(answer with { ValidForMs = 50_000 }, clock.GetTimestamp()));
    }

    /// <summary>By reflection, so that a new part of the evidence can't be left out of the comparison.</summary>
    [Fact]
    public void OnlyRenews_AnyPartThatDiffers_IsAChange()
    {
        var known = GateFixtures.Evidence("polygon", ProviderState.Connected) with { ValidForMs = 60_000 };
        var same = known with { Reasons = [.. known.Reasons] };
        Assert.True(EvidenceComparison.OnlyRenews(known, same, TimeSpan.Zero));
        var reason = new Reason(Codes.IntegrationDegraded, Severity.Degraded, "other", null, DateTimeOffset.UnixEpoch);
        foreach (var part in typeof(ProviderEvidence).GetProperties().Where(p => p.CanWrite))
        {
            object other = part.PropertyType switch
            {
                var t when t == typeof(string) => "other",
                var t when t == typeof(long) => 7L,
                var t when t == typeof(Guid) => Guid.NewGuid(),
                var t when t == typeof(ProviderState) => ProviderState.Degraded,
                var t when t == typeof(Reason) => reason,
                var t when t == typeof(ImmutableArray<Reason>) => ImmutableArray.Create(reason),
                var t when t == typeof(ImmutableArray<string>) => ImmutableArray.Create("other"),
                var t when t == typeof(ImmutableArray<KeyCapability>) => ImmutableArray.Create(new KeyCapability(Capability.Withdraw, CapabilityStatus.Proven)),
                _ => throw new NotSupportedException($"Say here what differs in {part.Name}."),
            };
            var next = known with { };
            part.SetValue(next, other);
            Assert.False(EvidenceComparison.OnlyRenews(known, next, TimeSpan.Zero), part.Name);
        }
    }

    [Fact]
    public void Provider_ThatNeverAnswered_IsMissing()
    {
        var input = new EvidenceLedger(new FakeTimeProvider(), new GateOptions()).Provider(s_seat);
        Assert.Null(input.Evidence);
        Assert.False(input.IsGood);
    }
}
