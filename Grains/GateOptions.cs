namespace ControlPlane.Grains;

/// <summary><c>ControlPlane:Gate</c>: how quickly the gate opens and closes, and how long a node may rely on an answer.</summary>
public sealed class GateOptions
{
    public const string Section = "ControlPlane:Gate";

    /// <summary>How long a node may act on what it last heard, and the gate on its last write to the store. 1 to 60 s.</summary>
    public double LeaseSeconds { get; set; } = 3;

    /// <summary>Good evaluations in a row before something that was closed opens. 1 to 100.</summary>
    public int OpenAfter { get; set; } = 2;

    /// <summary>Inconclusive verifies in a row that close a provider. 1 to 100.</summary>
    public int CloseAfterSoft { get; set; } = 3;

    /// <summary>Time between two evaluations. 0.05 to 1 s.</summary>
    public double EvaluateEverySeconds { get; set; } = 0.4;

    /// <summary>Time between two writes of the gate's row in the store. Well below <see cref="LeaseSeconds"/>.</summary>
    public double RenewEverySeconds { get; set; } = 1;

    /// <summary>How long a provider's answer to the gate counts without another. The gate asks once a second.</summary>
    public double EvidenceSeconds { get; set; } = 5;

    /// <summary>How long a component's progress counts without more. Components report once a second.</summary>
    public double ProgressSeconds { get; set; } = 5;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
    public TimeSpan EvaluateEvery => TimeSpan.FromSeconds(EvaluateEverySeconds);
    public TimeSpan RenewEvery => TimeSpan.FromSeconds(RenewEverySeconds);
    public TimeSpan Evidence => TimeSpan.FromSeconds(EvidenceSeconds);
    public TimeSpan Progress => TimeSpan.FromSeconds(ProgressSeconds);

    /// <summary>How long the gate may hold a node's request: short enough that the next answer comes well before the lease ends.</summary>
    public TimeSpan Hold => TimeSpan.FromSeconds(Math.Min(1, LeaseSeconds / 12));

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        if (!(LeaseSeconds is >= 1 and <= 60)) yield return "ControlPlane__Gate__LeaseSeconds: must be a number from 1 to 60.";
        if (OpenAfter is < 1 or > 100) yield return "ControlPlane__Gate__OpenAfter: must be a whole number from 1 to 100.";
        if (CloseAfterSoft is < 1 or > 100) yield return "ControlPlane__Gate__CloseAfterSoft: must be a whole number from 1 to 100.";
        if (!(EvaluateEverySeconds is >= 0.05 and <= 1)) yield return "ControlPlane__Gate__EvaluateEverySeconds: must be a number from 0.05 to 1.";
        if (!(RenewEverySeconds >= 0.1 && RenewEverySeconds <= LeaseSeconds / 2)) yield return "ControlPlane__Gate__RenewEverySeconds: must be from 0.1 to half of LeaseSeconds.";
        if (!(EvidenceSeconds is >= 2 and <= 300)) yield return "ControlPlane__Gate__EvidenceSeconds: must be a number from 2 to 300.";
        if (!(ProgressSeconds is >= 2 and <= 300)) yield return "ControlPlane__Gate__ProgressSeconds: must be a number from 2 to 300.";
    }
}
