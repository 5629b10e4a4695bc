namespace ControlPlane.Grains.Gateway.Upstreams;

/// <summary>A call as the bot made it, its own credentials taken out.</summary>
/// <param name="Path">Raw path behind the base, starting with a slash; in place of a token stands <see cref="TokenInPath"/>.</param>
/// <param name="Query">Raw query without its question mark.</param>
/// <param name="IsSigned">True when the SDK has signed it.</param>
/// <param name="Body">The whole body, which signing schemes need; null where it is streamed.</param>
internal sealed record BotCall(string Method, string Path, string Query, bool IsSigned, byte[]? Body, string? ContentType)
{
    /// <summary>Stands where the caller's token stood in the path. No path that is matched can hold it.</summary>
    public const string TokenInPath = "{}";

    public override string ToString() => nameof(BotCall);
}

/// <summary>A call with our key in it. Never kept, logged or shown.</summary>
/// <param name="Headers">To be set in place of the caller's.</param>
/// <param name="Body">Null: the caller's, as it comes.</param>
internal sealed record FilledCall(Uri Target, IReadOnlyDictionary<string, string> Headers, byte[]? Body)
{
    public override string ToString() => nameof(FilledCall);
}
