using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using CsCheck;

namespace ControlPlane.Grains.Tests.Autonomy;

public sealed class AutonomyPolicyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    private static readonly AutonomyOptions s_options = new();
    private static readonly Violation s_broken = new(s_now.AddMinutes(-1), Violation.OutsideOrder);

    [Theory]
    [InlineData(20, 0.839)]
    [InlineData(35, 0.901)]
    [InlineData(73, 0.950)]
    [InlineData(125, 0.970)]
    public void LowerBound_WithoutAFailure_IsAsTheTiersNeedIt(int n, double expected) =>
        Assert.Equal(expected, DecayedShare.Of([new(s_now, n, n)], s_now, 1).LowerBound(), 3);

    [Fact]
    public void Evidence_OneHalfLifeOld_CountsHalf()
    {
        var share = DecayedShare.Of([new(s_now, 10, 10), new(s_now.AddSeconds(-100), 0, 10)], s_now, 100);
        Assert.Equal(10 / 15d, share.Share, 6);
        Assert.Equal(15 * 15 / (10 + 2.5), share.EffectiveN, 6);
    }

    [Fact]
    public void NoEvidence_EveryFactorIsNull_AndSoIsTheScore()
    {
        var factors = Factors(AutonomyEvidence.None);
        Assert.Equal(["data_reliability", "execution_health", "discipline", "decision_quality", "supervisor_trust"], factors.Select(f => f.Name));
        Assert.All(factors, f => Assert.Null(f.Score));
        Assert.Null(ScorePolicy.Score(factors));
    }

    [Fact]
    public void MoreFailures_NeverRaiseAFactorOrTheScore() => Gen.Select(Gen.Int[20, 400], Gen.Int[0, 400], Gen.Int[1, 50], Gen.Int[0, 3]).Sample((good, bad, more, which) =>
    {
        var before = With(Good(200), which, new(s_now, good, good + bad));
        var after = With(Good(200), which, new(s_now, good, good + bad + more));
        foreach (var (a, b) in Factors(before).Zip(Factors(after))) Assert.True(b.Score is null || b.Score <= a.Score + 1e-12, b.Name);
        Assert.True(ScorePolicy.Score(Factors(after)) <= ScorePolicy.Score(Factors(before)) + 1e-9);
    });

    [Fact]
    public void LessEvidenceOfTheSameKind_NeverRaisesTheScore() => Gen.Select(Gen.Int[20, 300], Gen.Int[0, 200]).Sample((n, more) =>
        Assert.True(ScorePolicy.Score(Factors(Good(n))) <= ScorePolicy.Score(Factors(Good(n + more))) + 1e-9));

    [Fact]
    public void NoEvidenceForAFactor_NeverAllowsALiveTier() => Gen.Select(Gen.Int[20, 2000], Gen.Int[0, 3]).Sample((n, which) =>
    {
        var factors = Factors(With(Good(n), which, default));
        var standing = new TierStanding(AutonomyTier.Observe, 0, null);
        for (var i = 0; i < 50; i++)
        {
            standing = TierPolicy.Step(standing, factors, ScorePolicy.Score(factors), null, s_options).Standing;
            Assert.True(standing.Tier <= AutonomyTier.Paper);
        }
    });

    [Fact]
    public void OneCollapsedFactor_IsNotAveragedAway() => Gen.Int[0, 3].Sample(which =>
    {
        var factors = Factors(With(Good(2000), which, new(s_now, 0, 200)));
        Assert.True(ScorePolicy.Score(factors) < 1);
        Assert.True(ScorePolicy.Score(Factors(With(Good(2000), which, new(s_now, 20, 400)))) < s_options.SupervisedScore);
    });

    [Fact]
    public void Tiers_NeverJump_AndLiveTiersNeverComeByThemselves() => Gen.Select(
        Gen.Double[0, 100].List[1, 60], Gen.Enum<AutonomyTier>()).Sample((scores, start) =>
    {
        var factors = Factors(Good(5000));
        var standing = new TierStanding(start, 0, null);
        foreach (var score in scores)
        {
            var next = TierPolicy.Step(standing, factors, score, null, s_options).Standing;
            Assert.InRange((int)next.Tier - (int)standing.Tier, -1, 1);
            if (next.Tier > standing.Tier) Assert.Equal(AutonomyTier.Paper, next.Tier);
            standing = next;
        }
    });

    [Fact]
    public void Violation_DropsAtOnce_Once_AndTakesFromDiscipline() => Gen.Enum<AutonomyTier>().Sample(start =>
    {
        var evidence = Good(5000) with { Violations = [s_broken] };
        var factors = Factors(evidence);
        Assert.True(Factor(factors, FactorPolicy.Discipline) < 0.41);
        var first = TierPolicy.Step(new(start, 3, null), factors, 99, s_broken, s_options).Standing;
        Assert.True(first.Tier < start || start == AutonomyTier.Observe);
        Assert.True(first.Tier <= AutonomyTier.Paper);
        Assert.Equal(first.Tier, TierPolicy.Step(first, factors, 99, s_broken, s_options).Standing.Tier);
    });

    [Fact]
    public void Tier_RisesOnlyAfterTheThresholdHeld_AndFallsOnlyBelowTheMargin()
    {
        var factors = Factors(Good(5000));
        var standing = new TierStanding(AutonomyTier.Observe, 0, null);
        for (var i = 1; i < s_options.HoldEvaluations; i++)
        {
            standing = TierPolicy.Step(standing, factors, 61, null, s_options).Standing;
            Assert.Equal(AutonomyTier.Observe, standing.Tier);
        }

        standing = TierPolicy.Step(standing, factors, 61, null, s_options).Standing;
        Assert.Equal(AutonomyTier.Paper, standing.Tier);
        standing = TierPolicy.Step(standing, factors, 56, null, s_options).Standing;
        Assert.Equal(AutonomyTier.Paper, standing.Tier);
        Assert.Equal(AutonomyTier.Observe, TierPolicy.Step(standing, factors, 54, null, s_options).Standing.Tier);

        // And before a LIVE tier it waits for a person.
        standing = new(AutonomyTier.Paper, s_options.HoldEvaluations, null);
        var decision = TierPolicy.Step(standing, factors, 75, null, s_options);
        Assert.Equal((AutonomyTier.Paper, true), (decision.Standing.Tier, decision.AwaitsPerson));
    }

    [Fact]
    public void LiveTiers_NeedDays_HoweverMuchEvidenceOneDayHas()
    {
        var factors = FactorPolicy.Evaluate(Good(5000, days: 2), s_options, s_now, null);
        Assert.All(factors, f => Assert.Equal(2, f.Days));
        Assert.Empty(TierPolicy.NeedsFor(AutonomyTier.Paper, factors, 99, s_options));
        var needs = TierPolicy.NeedsFor(AutonomyTier.Supervised, factors, 99, s_options);
        Assert.Equal(5, needs.Count(n => n is { Code: "DAYS", Have: 2, Need: 3 }));
        Assert.Equal(5, needs.Length);
        Assert.Empty(TierPolicy.NeedsFor(AutonomyTier.Supervised, FactorPolicy.Evaluate(Good(5000, days: 3), s_options, s_now, null), 99, s_options));
        Assert.Contains(TierPolicy.NeedsFor(AutonomyTier.Autonomous, FactorPolicy.Evaluate(Good(5000, days: 13), s_options, s_now, null), 99, s_options), n => n.Code == "DAYS");
    }

    [Fact]
    public void Score_NeedsThreeKnownFactors_SoAnIdleBotHasNone()
    {
        var idle = Good(500) with { Orders = [], Acts = [], Resolved = [], Cycles = [] };
        Assert.Null(ScorePolicy.Score(Factors(idle)));
        Assert.NotNull(ScorePolicy.Score(Factors(Good(500) with { Resolved = [], Cycles = [] })));
    }

    [Fact]
    public void Bot_ThatStatesNoConfidence_RisesToLimitedWithoutDecisionQuality_AndNoFurther()
    {
        var factors = Factors(Good(5000) with { Resolved = [] });
        Assert.Contains(TierPolicy.NeedsFor(AutonomyTier.Limited, factors, 99, s_options), n => n is { Code: "FACTOR_UNKNOWN", Factor: FactorPolicy.DecisionQuality });
        Assert.Empty(TierPolicy.NeedsFor(AutonomyTier.Limited, factors, 99, s_options, statesConfidence: false));
        Assert.Contains(TierPolicy.NeedsFor(AutonomyTier.Autonomous, factors, 99, s_options, statesConfidence: false), n => n.Factor == FactorPolicy.DecisionQuality);
        Assert.Equal(AutonomyTier.Limited, TierPolicy.Step(new(AutonomyTier.Limited, 0, null), factors, 99, null, s_options, statesConfidence: false).Standing.Tier);
        Assert.Equal(AutonomyTier.Paper, TierPolicy.Step(new(AutonomyTier.Limited, 0, null), factors, 99, null, s_options).Standing.Tier);
    }

    [Fact]
    public void Violation_NamesItsRule()
    {
        var factors = Factors(Good(500) with { Violations = [s_broken] });
        Assert.Contains(Violation.OutsideOrder, factors.Single(f => f.Name == FactorPolicy.Discipline).Evidence, StringComparison.Ordinal);
        Assert.Contains(Violation.OutsideOrder, TierPolicy.Step(new(AutonomyTier.Limited, 0, null), factors, 99, s_broken, s_options).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Need_ThatIsAlmostMet_DoesNotReadAsMet()
    {
        var factors = Factors(Good(5000)).SetItem(0, Factors(Good(5000))[0] with { EffectiveN = 34.96 });
        Assert.Contains("34.9 of the 35", Assert.Single(TierPolicy.NeedsFor(AutonomyTier.Supervised, factors, 99, s_options)).Text, StringComparison.Ordinal);
        Assert.Contains("69.9", Assert.Single(TierPolicy.NeedsFor(AutonomyTier.Supervised, Factors(Good(5000)), 69.99, s_options)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DecisionQuality_IsNullBelowFiftyAndHalfForACoin()
    {
        ImmutableArray<ResolvedDecision> Coins(int n, double confidence) => [.. Enumerable.Range(0, n).Select(i => new ResolvedDecision(s_now.AddMinutes(-i), confidence, i % 2 == 0))];
        Assert.Null(Factor(Factors(Good(100) with { Resolved = Coins(49, 0.5) }), FactorPolicy.DecisionQuality));
        Assert.Equal(0.5, Factor(Factors(Good(100) with { Resolved = Coins(50, 0.5) }), FactorPolicy.DecisionQuality)!.Value, 6);
        Assert.Equal(0, Factor(Factors(Good(100) with { Resolved = Coins(50, 1) }), FactorPolicy.DecisionQuality)!.Value, 6);
    }

    [Fact]
    public void ChangedConfiguration_ResetsPartOfTheEvidence()
    {
        var before = Factors(Good(100));
        var after = FactorPolicy.Evaluate(Good(100), s_options, s_now, changedAt: s_now.AddSeconds(1));
        Assert.Null(Factor(after, FactorPolicy.DecisionQuality));
        Assert.Equal(Factor(before, FactorPolicy.DataReliability), Factor(after, FactorPolicy.DataReliability));
    }

    private static double? Factor(ImmutableArray<AutonomyFactor> factors, string name) => factors.Single(f => f.Name == name).Score;

    private static ImmutableArray<AutonomyFactor> Factors(AutonomyEvidence evidence) => FactorPolicy.Evaluate(evidence, s_options, s_now, null);

    /// <summary>Each kind <paramref name="n"/> times now, and once on each of the days before.</summary>
    private static AutonomyEvidence Good(int n, int days = 14)
    {
        ImmutableArray<EvidenceBucket> all = [new(s_now, n, n), .. Enumerable.Range(1, days - 1).Select(d => new EvidenceBucket(s_now.AddDays(-d), 1, 1))];
        return new()
        {
            Calls = all,
            Orders = all,
            Acts = all,
            Cycles = all,
            Heartbeats = all,
            Resolved = [.. Enumerable.Range(0, 200).Select(i => new ResolvedDecision(s_now.AddDays(-(i % days)), 0.9, i % 10 != 0))],
        };
    }

    private static AutonomyEvidence With(AutonomyEvidence evidence, int which, EvidenceBucket bucket) => which switch
    {
        0 => evidence with { Calls = [bucket] },
        1 => evidence with { Orders = [bucket] },
        2 => evidence with { Acts = [bucket] },
        _ => evidence with { Cycles = [bucket] },
    };
}
