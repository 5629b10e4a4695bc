using System.Net;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Tells whether a configured address names loopback in plain sight: <c>localhost</c>, <c>127.x.y.z</c> or <c>[::1]</c>.
/// A decimal, octal or mapped spelling of it does not count.</summary>
internal static class ExplicitLoopback
{
    public static bool IsNamedBy(Uri address)
    {
        var host = address.Host;
        if (!WrittenHost(address.OriginalString).Equals(host, StringComparison.OrdinalIgnoreCase))
            return false;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && AddressGuard.IsLoopback(ip));
    }

    // Uri turns every spelling into the canonical one; only the text it was made from shows how it was written.
    private static ReadOnlySpan<char> WrittenHost(string address)
    {
        var text = address.AsSpan().Trim();
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return [];
        text = text[(start + 3)..];
        var end = text.IndexOfAny("/?#\\");
        if (end >= 0)
            text = text[..end];
        if (text is ['[', ..])
            return text.IndexOf(']') is var close and > 0 ? text[..(close + 1)] : [];
        var port = text.LastIndexOf(':');
        return port >= 0 ? text[..port] : text;
    }
}
