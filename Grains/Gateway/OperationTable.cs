using System.Runtime.CompilerServices;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway;

/// <summary>Which operation of its provider a call is.</summary>
public static class OperationTable
{
    private const string Broker = "broker";
    private static readonly ConditionalWeakTable<ProviderDefinition, Row[]> s_tables = [];

    /// <summary>Null: the call is refused, as it is not listed and could do anything, or its path could be read in two ways.</summary>
    /// <param name="host">Name of one of the provider's further hosts; null for its own base.</param>
    /// <param name="rawPath">What stands behind the base, as it was received, without query, starting with a slash.</param>
    public static OperationMatch? Match(ProviderDefinition provider, string? host, string method, string rawPath)
    {
        if (host is not null && provider.Gateway?.Hosts.ContainsKey(host) != true) return null;
        if (!PathSegments.TryRead(rawPath, out var segments)) return null;

        // What is refused is refused with a slash at its end too, which a server may drop; what passes is matched as it is.
        var bare = segments is [_, .., ""] ? segments[..^1] : segments;
        foreach (var row in s_tables.GetValue(provider, Compile))
        {
            if (row.Host == host && row.Takes(method) && row.Template.Match(row.Effect == OperationEffect.Account ? bare : segments) is { } values)
                return new(row.Effect, row.Operation, $"{method} {row.Operation.Path}", values);
        }

        return Unlisted(provider, host, method, bare) is { } effect ? new(effect, null, $"{method} {Route(segments)}", new Dictionary<string, string>()) : null;
    }

    private static OperationEffect? Unlisted(ProviderDefinition provider, string? host, string method, string[] segments) => provider.Category switch
    {
        Broker => method is "GET" or "HEAD" && Reads(provider, host, segments) ? OperationEffect.Read : null,
        "llm" => OperationEffect.Infer,
        "notification" => OperationEffect.Notify,
        _ => OperationEffect.Read,
    };

    /// <summary>Some brokers take by GET too what their documents send by POST. A GET of such a path, or outside what is known to read, could place
    /// an order.</summary>
    private static bool Reads(ProviderDefinition provider, string? host, string[] segments)
    {
        var path = "/" + string.Join('/', segments);
        return (provider.Gateway?.Reads is not { Count: > 0 } reads || reads.Any(start => path.StartsWith(start, StringComparison.Ordinal)))
            && !s_tables.GetValue(provider, Compile).Any(row => row.Host == host && row.Changes && row.Operation.Method == "POST" && row.AnyCase.Match(segments) is not null);
    }

    // A segment of an unlisted path may be a key (webhooks, bot tokens): only what reads like a word is shown.
    private static string Route(string[] segments) => "/" + string.Join('/', segments.Take(8).Select(segment => segment.Length == 0 || OperationLabel.IsRouteWord(segment) ? segment : "{}"));

    private static Row[] Compile(ProviderDefinition provider) =>
    [
        .. (provider.Gateway?.Operations ?? []).Select(operation => new Row(operation, new PathTemplate(operation.Path, anyCase: operation.Effect == "account"), OperationEffects.Parse(operation.Effect)!.Value))
            .OrderBy(row => row.Template.Specificity, StringComparer.Ordinal),
    ];

    private sealed record Row(OperationDefinition Operation, PathTemplate Template, OperationEffect Effect)
    {
        public string? Host => Operation.Host;

        public bool Changes => Effect is not (OperationEffect.Read or OperationEffect.Infer or OperationEffect.Notify);

        /// <summary>The same path in any case: a server may read it so.</summary>
        public PathTemplate AnyCase { get; } = new(Operation.Path, anyCase: true);

        public bool Takes(string method) => Operation.Method == method || (method == "HEAD" && Operation.Method == "GET");
    }
}
