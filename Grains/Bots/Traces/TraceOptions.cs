namespace ControlPlane.Grains.Bots.Traces;

/// <summary><c>ControlPlane:Traces</c>: what bots record about themselves.</summary>
public sealed class TraceOptions
{
    public const string Section = "ControlPlane:Traces";

    /// <summary>How long traces are kept, in days. Open trades stay. 2 to 3,650.</summary>
    public int RetentionDays { get; set; } = 90;

    /// <summary>How far ahead a trace's time may be, for clocks that differ. 0 to 86,400 s.</summary>
    public int MaxAheadSeconds { get; set; } = 300;

    /// <summary>Gaps between signals that a bot must have shown before it can be called blind. 5 to 100.</summary>
    public int BlindMinGaps { get; set; } = 20;

    /// <summary>A bot is blind beyond this multiple of its usual gap. 1 to 100.</summary>
    public double BlindFactor { get; set; } = 2;

    /// <summary>Below so many cycles without a signal no bot is blind. 1 to 1,000,000.</summary>
    public int BlindMinCycles { get; set; } = 10;

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        if (RetentionDays is < 2 or > 3650) yield return "ControlPlane__Traces__RetentionDays: must be a whole number from 2 to 3650.";
        if (MaxAheadSeconds is < 0 or > 86_400) yield return "ControlPlane__Traces__MaxAheadSeconds: must be a whole number from 0 to 86400.";
        if (BlindMinGaps is < 5 or > Policy.BlindPolicy.KeptGaps) yield return $"ControlPlane__Traces__BlindMinGaps: must be a whole number from 5 to {Policy.BlindPolicy.KeptGaps}.";
        if (!(BlindFactor is >= 1 and <= 100)) yield return "ControlPlane__Traces__BlindFactor: must be a number from 1 to 100.";
        if (BlindMinCycles is < 1 or > 1_000_000) yield return "ControlPlane__Traces__BlindMinCycles: must be a whole number from 1 to 1000000.";
    }
}
