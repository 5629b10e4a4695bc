using System.Globalization;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>When a key ends, as the answer tells: an ISO 8601 instant, GitHub's form of it, or Unix seconds or milliseconds.</summary>
internal static class ExpiryReader
{
    private const double SmallestMilliseconds = 100_000_000_000;

    public static DateTimeOffset? Read(ExpiryDefinition? expiry, ProviderAnswer answer)
    {
        if (expiry is null)
            return null;
        if (expiry.Header is { } header)
            return OfText(answer.Header(header));
        return answer.Json is { } json && JsonPath.Find(json, expiry.Path) is { } found
            ? found.ValueKind switch
            {
                JsonValueKind.String => OfText(found.GetString()),
                JsonValueKind.Number => OfNumber(found.GetDouble()),
                _ => null,
            }
            : null;
    }

    private static DateTimeOffset? OfText(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return OfNumber(number);
        return DateTimeOffset.TryParse(text.Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;
    }

    private static DateTimeOffset? OfNumber(double number)
    {
        // Zero and absurd values mean that there is no end.
        if (number is not (> 0 and < 100_000_000_000_000))
            return null;
        return number < SmallestMilliseconds ? DateTimeOffset.FromUnixTimeSeconds((long)number) : DateTimeOffset.FromUnixTimeMilliseconds((long)number);
    }
}
