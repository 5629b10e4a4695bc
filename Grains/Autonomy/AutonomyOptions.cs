using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Autonomy;

/// <summary><c>ControlPlane:Autonomy</c>: how evidence becomes a score, and a score a tier.</summary>
public sealed class AutonomyOptions
{
    public const string Section = "ControlPlane:Autonomy";

    /// <summary>Time after which evidence counts half. 1 to 31,536,000 s; default 7 days.</summary>
    public double HalfLifeSeconds { get; set; } = 7 * 86_400;

    /// <summary>Older evidence is not looked at. At least the half-life; default 30 days.</summary>
    public double WindowSeconds { get; set; } = 30 * 86_400;

    /// <summary>Time between two evaluations of bots with new evidence. 1 to 86,400 s.</summary>
    public double EvaluateSeconds { get; set; } = 10;

    /// <summary>Evaluations in a row that a threshold must hold before a tier rises. 1 to 1,000.</summary>
    public int HoldEvaluations { get; set; } = 3;

    /// <summary>Points below its own threshold at which a tier falls. 0 to 50.</summary>
    public double FallMargin { get; set; } = 5;

    /// <summary>Effective observations below which a factor is not known. 1 to 1,000.</summary>
    public double LeastEvidence { get; set; } = 10;

    /// <summary>Resolved decisions below which the quality of decisions is not known. 10 to 100,000.</summary>
    public int LeastResolved { get; set; } = 50;

    /// <summary>Share of the score that a fresh violation takes from discipline. 0.1 to 1.</summary>
    public double ViolationCost { get; set; } = 0.6;

    /// <summary>What evidence from before a change of the configuration still counts, where it counts at all. 0 to 1.</summary>
    public double AfterChange { get; set; } = 0.25;

    public double DataReliabilityWeight { get; set; } = 0.2;
    public double ExecutionHealthWeight { get; set; } = 0.2;
    public double DisciplineWeight { get; set; } = 0.25;
    public double DecisionQualityWeight { get; set; } = 0.15;
    public double SupervisorTrustWeight { get; set; } = 0.2;

    /// <summary>Scores that tiers need, rising. 0 to 100.</summary>
    public double PaperScore { get; set; } = 60;
    public double SupervisedScore { get; set; } = 70;
    public double LimitedScore { get; set; } = 80;
    public double AutonomousScore { get; set; } = 88;

    /// <summary>Distinct UTC days on which evidence of every known factor must have come, rising. 1 to 365.</summary>
    public int SupervisedDays { get; set; } = 3;
    public int LimitedDays { get; set; } = 7;
    public int AutonomousDays { get; set; } = 14;

    public TimeSpan Window => TimeSpan.FromSeconds(WindowSeconds);

    public TimeSpan Evaluate => TimeSpan.FromSeconds(EvaluateSeconds);

    public double ScoreFor(AutonomyTier tier) => tier switch
    {
        AutonomyTier.Observe => 0,
        AutonomyTier.Paper => PaperScore,
        AutonomyTier.Supervised => SupervisedScore,
        AutonomyTier.Limited => LimitedScore,
        _ => AutonomousScore,
    };

    public int DaysFor(AutonomyTier tier) => tier switch
    {
        AutonomyTier.Observe or AutonomyTier.Paper => 0,
        AutonomyTier.Supervised => SupervisedDays,
        AutonomyTier.Limited => LimitedDays,
        _ => AutonomousDays,
    };

    /// <summary>Effective observations that every known factor needs. With them a bot without a failure has a lower bound of 0.84, 0.90, 0.95 and
    /// 0.97.</summary>
    public static double EvidenceFor(AutonomyTier tier) => tier switch
    {
        AutonomyTier.Observe => 0,
        AutonomyTier.Paper => 20,
        AutonomyTier.Supervised => 35,
        AutonomyTier.Limited => 73,
        _ => 125,
    };

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        if (!(HalfLifeSeconds is >= 1 and <= 31_536_000)) yield return "ControlPlane__Autonomy__HalfLifeSeconds: must be a number from 1 to 31536000.";
        if (!(WindowSeconds >= HalfLifeSeconds && WindowSeconds <= 31_536_000)) yield return "ControlPlane__Autonomy__WindowSeconds: must be from HalfLifeSeconds to 31536000.";
        if (!(EvaluateSeconds is >= 1 and <= 86_400)) yield return "ControlPlane__Autonomy__EvaluateSeconds: must be a number from 1 to 86400.";
        if (HoldEvaluations is < 1 or > 1000) yield return "ControlPlane__Autonomy__HoldEvaluations: must be a whole number from 1 to 1000.";
        if (!(FallMargin is >= 0 and <= 50)) yield return "ControlPlane__Autonomy__FallMargin: must be a number from 0 to 50.";
        if (!(LeastEvidence is >= 1 and <= 1000)) yield return "ControlPlane__Autonomy__LeastEvidence: must be a number from 1 to 1000.";
        if (LeastResolved is < 10 or > 100_000) yield return "ControlPlane__Autonomy__LeastResolved: must be a whole number from 10 to 100000.";
        if (!(ViolationCost is >= 0.1 and <= 1)) yield return "ControlPlane__Autonomy__ViolationCost: must be a number from 0.1 to 1.";
        if (!(AfterChange is >= 0 and <= 1)) yield return "ControlPlane__Autonomy__AfterChange: must be a number from 0 to 1.";
        int[] days = [1, SupervisedDays, LimitedDays, AutonomousDays, 365];
        if (days.Zip(days.Skip(1)).Any(p => p.First > p.Second)) yield return "ControlPlane__Autonomy__SupervisedDays, LimitedDays, AutonomousDays: must be whole numbers from 1 to 365, none below the one before.";
        double[] weights = [DataReliabilityWeight, ExecutionHealthWeight, DisciplineWeight, DecisionQualityWeight, SupervisorTrustWeight];
        if (weights.Any(w => !(w is > 0 and <= 1))) yield return "ControlPlane__Autonomy__DataReliabilityWeight and the other weights: must be numbers above 0, at most 1.";
        double[] scores = [0, PaperScore, SupervisedScore, LimitedScore, AutonomousScore, 100.0001];
        if (scores.Zip(scores.Skip(1)).Any(p => !(p.First < p.Second))) yield return "ControlPlane__Autonomy__PaperScore, SupervisedScore, LimitedScore, AutonomousScore: must rise, within 0 to 100.";
    }
}
