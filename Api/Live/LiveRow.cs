namespace ControlPlane.Api.Live;

/// <summary>A row: current value and last published parts.</summary>
/// <typeparam name="T">Its form on the wire.</typeparam>
internal sealed class LiveRow<T>
    where T : class
{
    /// <summary>What was last read.</summary>
    public required T Value { get; set; }

    /// <summary>The whole row as JSON; null when it was not needed since the read.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The part that is state, as last published or pending.</summary>
    public byte[] State { get; set; } = [];

    /// <summary>The part that is counters.</summary>
    public byte[] Usage { get; set; } = [];

    /// <summary>When it was published last.</summary>
    public long ToldAt { get; set; }

    /// <summary>Message to publish when it is due; null when there is none.</summary>
    public LiveKind? Pending { get; set; }
}
