namespace ControlPlane.Api.Gateway;

/// <summary>Which provider a raw target names, and what stands behind it, byte for byte.</summary>
/// <param name="Host">Name of a further host of the provider; null for its own base.</param>
/// <param name="Path">Raw path behind the provider's base, starting with a slash.</param>
/// <param name="Query">Raw query without its question mark.</param>
internal readonly record struct GatewayAddress(string Provider, string? Host, string Path, string Query)
{
    public const string Root = "/gateway";

    /// <summary>Null when the target does not lie below the gateway.</summary>
    /// <param name="rawTarget">As it stands in the request line: a path, or a whole address (RFC 9112, 3.2.2).</param>
    /// <param name="pathBase">What the program is served under, or empty.</param>
    public static GatewayAddress? Read(string rawTarget, string pathBase)
    {
        if (Split(rawTarget) is not var (path, query)) return null;
        if (pathBase.Length > 0 && path.StartsWith(pathBase + Root + "/", StringComparison.OrdinalIgnoreCase)) path = path[pathBase.Length..];
        if (!path.StartsWith(Root + "/", StringComparison.OrdinalIgnoreCase)) return null;
        var rest = path[(Root.Length + 1)..];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var name = end < 0 ? rest : rest[..end];
        var at = name.IndexOf('@', StringComparison.Ordinal);

        // Some clients write the sign as an escape.
        var (provider, host) = at >= 0 ? (name[..at], name[(at + 1)..])
            : name.IndexOf("%40", StringComparison.Ordinal) is >= 0 and var escaped ? (name[..escaped], name[(escaped + 3)..])
            : (name, null);
        return new(provider, host, end < 0 ? "/" : rest[end..], query);
    }

    /// <summary>The same for a listener that belongs to one provider: all of the path is the provider's.</summary>
    public static GatewayAddress? ReadOwn(string rawTarget, string provider) =>
        Split(rawTarget) is var (path, query) ? new GatewayAddress(provider, null, path, query) : null;

    private static (string Path, string Query)? Split(string rawTarget)
    {
        var target = rawTarget;
        if (!target.StartsWith('/'))
        {
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var slash = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
            if (slash < 0) return null;
            target = target[slash..];
        }

        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
    }

    public override string ToString() => $"GatewayAddress {{ Provider = {Provider}, Host = {Host} }}";
}
