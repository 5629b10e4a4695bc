namespace ControlPlane.Api.Live;

/// <summary>A row as it stands and as it was told.</summary>
/// <typeparam name="T">Its form on the wire.</typeparam>
internal sealed class LiveRow<T>
    where T : class
{
    /// <summary>What was last read.</summary>
    public required T Value { get; set; }

    /// <summary>The whole row as JSON; null when nobody has needed it since it was read.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The part that makes a state, as it was last told or is about to be.</summary>
    public byte[] State { get; set; } = [];

    /// <summary>The part that makes counters.</summary>
    public byte[] Usage { get; set; } = [];

    /// <summary>When a message about it went out last.</summary>
    public long ToldAt { get; set; }

    /// <summary>What is to be told when the row's time has come; null when it has been.</summary>
    public LiveKind? Pending { get; set; }
}
