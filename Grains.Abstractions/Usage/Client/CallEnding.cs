using System.Net;

namespace ControlPlane.Abstractions;

/// <summary>How a call ended, in our own words: nothing that the provider or the exception said.</summary>
internal readonly record struct CallEnding(UsageStatus Status, int? HttpStatus, string? ErrorCode)
{
    public static CallEnding Of(HttpStatusCode status) => (int)status switch
    {
        429 => new(UsageStatus.RateLimited, 429, null),
        408 => new(UsageStatus.Timeout, 408, null),
        < 400 => new(UsageStatus.Ok, (int)status, null),
        _ => new(UsageStatus.Error, (int)status, null),
    };

    public static CallEnding Of(Exception failure) => failure switch
    {
        // Who gives up waiting, by a deadline or otherwise, has had no answer in time.
        OperationCanceledException => new(UsageStatus.Timeout, null, "no_answer"),
        TimeoutException => new(UsageStatus.Timeout, null, "no_answer"),
        HttpRequestException { StatusCode: { } status } => Of(status),
        HttpRequestException http => new(UsageStatus.Error, null, Code(http.HttpRequestError)),
        _ => new(UsageStatus.Error, null, "failed"),
    };

    private static string Code(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_not_resolved",
        HttpRequestError.ConnectionError => "not_connected",
        HttpRequestError.SecureConnectionError => "tls_failed",
        HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError => "bad_answer",
        _ => "failed",
    };
}
