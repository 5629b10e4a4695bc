using System.Text.Json.Serialization;

namespace ControlPlane.ProviderSimulator;

/// <summary>A way for a provider to misbehave. The comments tell what the client sees.</summary>
public enum SimulatedFault
{
    /// <summary>The scripted answer.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The request is read and never answered.</summary>
    [JsonStringEnumMemberName("hang")] Hang,

    /// <summary>Headers at once, then the scripted body at one byte an interval.</summary>
    [JsonStringEnumMemberName("drip")] Drip,

    /// <summary>The connection is reset (RST) before any byte of an answer.</summary>
    [JsonStringEnumMemberName("reset")] Reset,

    /// <summary>500 with a JSON error.</summary>
    [JsonStringEnumMemberName("http_500")] Http500,

    /// <summary>503 with a JSON error, and Retry-After when the fault names one.</summary>
    [JsonStringEnumMemberName("http_503")] Http503,

    /// <summary>The route's own <c>rate_limited</c> answer, else 429 with Retry-After.</summary>
    [JsonStringEnumMemberName("rate_limited")] RateLimited,

    /// <summary>The route's own answer to a key that nobody knows, else 401: as if all keys had been revoked.</summary>
    [JsonStringEnumMemberName("unauthorized")] Unauthorized,

    /// <summary>307 to <c>/_trap/{provider}</c>, which records the credentials that follow.</summary>
    [JsonStringEnumMemberName("redirect")] Redirect,

    /// <summary>307 to the very address that was asked for.</summary>
    [JsonStringEnumMemberName("redirect_loop")] RedirectLoop,

    /// <summary>200 with an HTML page.</summary>
    [JsonStringEnumMemberName("html")] Html,

    /// <summary>200 and <c>application/json</c>, whole as HTTP, cut short as JSON.</summary>
    [JsonStringEnumMemberName("truncated_json")] TruncatedJson,

    /// <summary>200 and <c>application/json</c> without a body.</summary>
    [JsonStringEnumMemberName("empty")] Empty,

    /// <summary>200 with valid JSON of <see cref="SimulatorOptions.HugeBodyBytes"/>.</summary>
    [JsonStringEnumMemberName("huge_body")] HugeBody,

    /// <summary>The status line at once, then the headers at one byte an interval, without end.</summary>
    [JsonStringEnumMemberName("slow_headers")] SlowHeaders,

    /// <summary>The provider carries out what it was asked, and the connection is reset before any byte of an answer.</summary>
    [JsonStringEnumMemberName("lost_answer")] LostAnswer,

    /// <summary>The provider carries out what it was asked and never answers.</summary>
    [JsonStringEnumMemberName("held_answer")] HeldAnswer,

    /// <summary>200 and <c>application/json</c>, with a text that is not JSON.</summary>
    [JsonStringEnumMemberName("not_json")] NotJson,
}
