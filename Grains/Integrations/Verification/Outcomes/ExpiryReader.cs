using System.Globalization;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>When a key ends, as the answer tells: an ISO 8601 instant, GitHub's form of it, or Unix seconds or milliseconds.</summary>
internal static class ExpiryReader
{
    private const double SmallestMilliseconds = 100_000_000_000;
    private const double LongestDays = 36_500;

    public static DateTimeOffset? Read(ExpiryDefinition? expiry, ProviderAnswer answer, DateTimeOffset now)
    {
        if (expiry is null)
            return null;
        if (expiry.Header is { } header)
            return OfText(answer.Header(header));
        if (answer.Json is not { } json)
            return null;
        return expiry.Where is { } where ? OfItem(expiry, where, json, answer, now) : OfMember(expiry, json, now);
    }

    /// <summary>The end of what a session signs in with, from its lifetime.</summary>
    /// <param name="since">Value of the variable that says since when, or null.</param>
    /// <param name="acceptedAt">When it was accepted for the first time.</param>
    public static DateTimeOffset? OfLifetime(ExpiryDefinition? expiry, string? since, DateTimeOffset acceptedAt)
    {
        if (expiry?.LifetimeS is not { } seconds)
            return null;

        // What was accepted had not ended, and was not made later than that.
        var told = OfText(since) is { } at && at <= acceptedAt && at.AddSeconds(seconds) > acceptedAt ? at : acceptedAt;
        return told.AddSeconds(seconds);
    }

    private static DateTimeOffset? OfItem(ExpiryDefinition expiry, Predicate where, JsonElement json, ProviderAnswer answer, DateTimeOffset now) =>
        JsonPath.Find(json, expiry.Items) is { ValueKind: JsonValueKind.Array } items
            ? items.EnumerateArray()
                .Where(item => PredicateEvaluator.Evaluate(where, answer.At(item)) == true)
                .Select(item => OfMember(expiry, item, now))
                .FirstOrDefault()
            : null;

    private static DateTimeOffset? OfMember(ExpiryDefinition expiry, JsonElement json, DateTimeOffset now)
    {
        var found = JsonPath.Find(json, expiry.Path);
        if (!expiry.DaysLeft)
            return OfElement(found);
        return found is { ValueKind: JsonValueKind.Number } days && days.GetDouble() is >= 0 and < LongestDays ? now.AddDays(days.GetDouble()) : null;
    }

    private static DateTimeOffset? OfElement(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => OfText(text.GetString()),
        { ValueKind: JsonValueKind.Number } number => OfNumber(number.GetDouble()),
        _ => null,
    };

    private static DateTimeOffset? OfText(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return OfNumber(number);
        // Keys without an end carry the first day of 1970 at some providers.
        return DateTimeOffset.TryParse(text.Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && at.Year > 1970
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
