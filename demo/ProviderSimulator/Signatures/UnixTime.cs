namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Reads the times clients sign.</summary>
internal static class UnixTime
{
    public static DateTimeOffset? Milliseconds(string? text) =>
        long.TryParse(text, out var value) && value is > 0 and < 100_000_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    public static DateTimeOffset? Seconds(string? text) =>
        long.TryParse(text, out var value) && value is > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(value) : null;

    /// <summary>Whether a time is at most <paramref name="window"/> away, before or after.</summary>
    public static bool IsWithin(DateTimeOffset? time, DateTimeOffset now, TimeSpan window) => time is { } at && (now - at).Duration() <= window;

    /// <summary>Whether a time is no older than <paramref name="window"/> and less than a second ahead, the rule of Binance and Bybit.</summary>
    public static bool IsReceived(DateTimeOffset? time, DateTimeOffset now, TimeSpan window) =>
        time is { } at && at < now.AddSeconds(1) && now - at <= window;
}
