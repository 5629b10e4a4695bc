namespace ControlPlane.Api.Usage;

/// <summary>Bounds the memory of all bodies that are taken in at the same time, so that a flood is told to come back and not kept.</summary>
internal sealed class IngestBudget
{
    public const int MaxBodyBytes = 10 * 1024 * 1024;

    /// <summary>Bytes of all bodies in flight.</summary>
    internal const long MaxBytes = 64L * 1024 * 1024;

    private long _taken;

    /// <summary>Room for a body of this length, or of the largest one when it does not tell. Null when there is none.</summary>
    public IDisposable? Take(long? length)
    {
        var wanted = Math.Clamp(length ?? MaxBodyBytes, 1024, MaxBodyBytes);
        if (Interlocked.Add(ref _taken, wanted) <= MaxBytes) return new Room(this, wanted);
        Interlocked.Add(ref _taken, -wanted);
        return null;
    }

    private sealed class Room(IngestBudget budget, long bytes) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0) Interlocked.Add(ref budget._taken, -bytes);
        }
    }
}
