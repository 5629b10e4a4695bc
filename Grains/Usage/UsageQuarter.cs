namespace ControlPlane.Grains.Usage;

/// <summary>Counts of a quarter of an hour, second by second, with their sums.</summary>
internal sealed class UsageQuarter
{
    public const int Seconds = 15 * 60;
    private readonly int[] _calls = new int[Seconds];
    private readonly int[] _errors = new int[Seconds];

    public long Calls { get; private set; }

    public long Errors { get; private set; }

    public void Add(int second, int calls, int errors)
    {
        _calls[second] += calls;
        _errors[second] += errors;
        Calls += calls;
        Errors += errors;
    }

    /// <summary>Sums from one second of the quarter to another, both inclusive.</summary>
    public (long Calls, long Errors) Between(int first, int last)
    {
        if (first == 0 && last == Seconds - 1) return (Calls, Errors);
        long calls = 0, errors = 0;
        for (var second = first; second <= last; second++)
        {
            calls += _calls[second];
            errors += _errors[second];
        }

        return (calls, errors);
    }
}
