using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Reads how long a provider wants to be left alone.</summary>
internal static partial class RetryAfterReader
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // Ordered from the one that says it best; what each counts in is told by its size.
    private static readonly string[] s_resetHeaders =
    [
        "x-ratelimit-reset-after",
        "ratelimit-reset",
        "x-ratelimit-reset",
        "x-rate-limit-reset",
        "x-bapi-limit-reset-timestamp",
        "x-ratelimit-reset-requests",
        "x-ratelimit-reset-tokens",
        "anthropic-ratelimit-requests-reset",
        "anthropic-ratelimit-tokens-reset",
    ];

    /// <summary>From 0 to 24 hours, or null when the answer does not say.</summary>
    /// <param name="withResets">Whether the headers that tell when a limit is reset count too.</param>
    public static TimeSpan? Read(ProviderAnswer answer, bool withResets, DateTimeOffset now)
    {
        var wait = Parse(answer.Header("Retry-After"), now);
        if (wait is null && withResets)
            wait = s_resetHeaders.Select(name => Parse(answer.Header(name), now)).FirstOrDefault(found => found is not null);
        return wait;
    }

    internal static TimeSpan? Parse(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        text = text.Trim();
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return OfNumber(number, now);
        if (Parts().Match(text) is { Success: true } parts)
            return OfParts(parts);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? Bounded((instant - now).TotalSeconds)
            : null;
    }

    private static TimeSpan? OfNumber(double number, DateTimeOffset now) => number switch
    {
        _ when !double.IsFinite(number) => null,
        > 1e11 => Bounded((number - now.ToUnixTimeMilliseconds()) / 1000),
        > 1e9 => Bounded(number - now.ToUnixTimeSeconds()),
        _ => Bounded(number),
    };

    private static TimeSpan? OfParts(Match parts)
    {
        double Value(string group) =>
            parts.Groups[group].Success ? double.Parse(parts.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;

        return Bounded((Value("h") * 3600) + (Value("m") * 60) + Value("s") + (Value("ms") / 1000));
    }

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    [GeneratedRegex(
        @"\A(?=[0-9])((?<h>[0-9]{1,6})h)?((?<m>[0-9]{1,6})m(?!s))?((?<s>[0-9]{1,6}(\.[0-9]{1,9})?)s)?((?<ms>[0-9]{1,9}(\.[0-9]{1,9})?)ms)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parts();
}
