namespace ControlPlane.Grains.Usage;

/// <summary>Counts of a quarter of an hour, second by second, with their sums.</summary>
internal sealed class UsageQuarter
{
    public const int Seconds = 15 * 60;
    private readonly int[] _calls = new int[Seconds];
    private readonly int[] _errors = new int[Seconds];

    // Made with the first call that went through the gateway: most providers have none.
    private int[]? _observed;

    public long Calls { get; private set; }

    public long Errors { get; private set; }

    public long Observed { get; private set; }

    public void Add(int second, int calls, int errors, int observed = 0)
    {
        if (observed > 0)
        {
            (_observed ??= new int[Seconds])[second] += observed;
            Observed += observed;
        }

        _calls[second] += calls;
        _errors[second] += errors;
        Calls += calls;
        Errors += errors;
    }

    /// <summary>Sums from one second of the quarter to another, both inclusive.</summary>
    public (long Calls, long Errors, long Observed) Between(int first, int last)
    {
        if (first == 0 && last == Seconds - 1) return (Calls, Errors, Observed);
        long calls = 0, errors = 0, observed = 0;
        for (var second = first; second <= last; second++)
        {
            calls += _calls[second];
            errors += _errors[second];
            observed += _observed?[second] ?? 0;
        }

        return (calls, errors, observed);
    }
}
