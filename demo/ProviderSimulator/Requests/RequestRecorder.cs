using System.Collections.Frozen;

namespace ControlPlane.ProviderSimulator.Requests;

/// <summary>Makes the record of a request, which holds names and never values.</summary>
internal sealed class RequestRecorder(RequestLog log, TimeProvider time, IReadOnlyList<ProviderScript> scripts)
{
    /// <summary>Headers that hold credentials with one of the providers.</summary>
    private readonly FrozenSet<string> _credentialHeaders = new[]
    {
        "Authorization",
        "Cookie",
    }.Concat(scripts
            .SelectMany(static script => script.Routes)
            .SelectMany(static route => route.Credentials)
            .Where(static credential => credential.In == "header")
            .Select(static credential => credential.Name!))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public void Record(ProviderRequest request, RouteScript? route, string keyState, SimulatedFault fault, bool trap = false)
    {
        var headers = request.Headers;
        log.Add(new RecordedRequest
        {
            At = time.GetUtcNow(),
            Provider = request.Provider,
            Method = request.Method,
            Path = route is null ? SafePath.Of(request.SentPath) : $"/{request.Provider}{route.Path}",
            Route = route is null ? null : $"{route.Method} {route.Path}",
            KeyState = keyState,
            Fault = fault,
            HeaderNames = SafePath.Names(headers.Keys),
            QueryNames = SafePath.Names(request.Query.Keys),
            CredentialParts =
            [
                .. headers.Keys.Where(_credentialHeaders.Contains).Order(StringComparer.Ordinal),
                .. request.Body.Length > 0 ? ["body"] : Array.Empty<string>(),
            ],
            Traceparent = headers.ContainsKey("traceparent"),
            Tracestate = headers.ContainsKey("tracestate"),
            Baggage = headers.ContainsKey("baggage"),
            Cookie = headers.ContainsKey("cookie"),
            Trap = trap,
        });
    }
}
