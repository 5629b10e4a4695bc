using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Channels;

/// <summary>The text of a message, in a form that every channel takes. Every loaded secret has been removed from it.</summary>
/// <param name="Headline">One line.</param>
/// <param name="Text">What is the case, since when, what it stops and the fix.</param>
/// <param name="Link">The alert in the page, or null.</param>
internal sealed record AlertMessage(AlertEvent Event, AlertRecord Alert, string Headline, string Text, Uri? Link, DateTimeOffset SentAt, string TraceId)
{
    /// <summary>The body of a webhook.</summary>
    public string Json { get; init; } = "{}";

    /// <summary>Headline, text and link together, at most this many UTF-16 characters.</summary>
    public string Whole(int most) => Cut($"{Headline}\n{Text}{(Link is null ? "" : $"\n{Link}")}", most);

    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = most - 1;
        return (char.IsHighSurrogate(text[end - 1]) ? text[..(end - 1)] : text[..end]) + "…";
    }
}

/// <summary>How a delivery ended. <paramref name="Code"/> is null when it arrived; it is ours, never a text of the receiver.</summary>
internal sealed record AlertDelivery(string? Code, int? HttpStatus, TimeSpan? RetryAfter)
{
    public static AlertDelivery Done(int? status = null) => new(null, status, null);

    public static AlertDelivery Failed(string code, int? status = null, TimeSpan? retryAfter = null) => new(code, status, retryAfter);
}

/// <summary>Words of <see cref="AlertDelivery.Code"/> besides those of faults of the network.</summary>
internal static class AlertDeliveryCodes
{
    public const string Timeout = "timeout";
    public const string SecretMissing = "secret_missing";
    public const string Refused = "refused";
    public const string RateLimited = "rate_limited";
    public const string Redirected = "redirected";
    public const string ServerError = "server_error";
    public const string UnexpectedAnswer = "unexpected_answer";
    public const string AddressInvalid = "address_invalid";
    public const string SignInFailed = "sign_in_failed";
    public const string TlsMissing = "tls_missing";
    public const string NotSent = "not_sent";
}

/// <summary>Sends messages of some kinds of channels.</summary>
internal interface IAlertChannel
{
    bool Handles(string kind);

    /// <summary>Sends one message. Faults are values; a cancelled call throws.</summary>
    Task<AlertDelivery> SendAsync(AlertChannelOptions channel, AlertMessage message, CancellationToken cancellationToken);
}
