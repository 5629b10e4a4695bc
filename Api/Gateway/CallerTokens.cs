using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Grains.Gateway.Upstreams;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Api.Gateway;

/// <summary>What a bot's call carries when its credentials are taken out of it.</summary>
/// <param name="Token">The one token found; null when there is none, or when two differ.</param>
/// <param name="IsConflict">True when two different tokens were found.</param>
/// <param name="Path">The path with <see cref="BotCall.TokenInPath"/> in place of a token.</param>
/// <param name="Query">The query without the slots of credentials.</param>
/// <param name="IsSigned">True when the SDK has signed the call.</param>
internal readonly record struct CallerTokens(string? Token, bool IsConflict, string Path, string Query, bool IsSigned)
{
    public override string ToString() => nameof(CallerTokens);
}

/// <summary>Finds the bot's token in our header and in the places of the provider's own credential. What stands in those places never goes on.</summary>
internal static partial class CallerTokenReader
{
    public const string OwnHeader = "X-Control-Plane-Token";

    /// <param name="signature">Where the SDK's signature shows; null where the provider's calls are not signed.</param>
    public static CallerTokens Read(IHeaderDictionary headers, GatewayAddress address, CallerSlots slots, SignedFields? signature)
    {
        var found = new Found();
        foreach (var value in headers[OwnHeader]) found.Take(value);
        foreach (var slot in slots.Headers)
        {
            foreach (var value in headers[slot]) found.TakeAll(value);
        }

        var query = Query(address.Query, slots, ref found);
        var path = slots.Path ? Path(address.Path, ref found) : address.Path;
        var isSigned = signature is not null && (headers.ContainsKey(signature.Proof) || signature.Has(address.Query, signature.Proof));
        return new(found.IsConflict ? null : found.Token, found.IsConflict, path, query, isSigned);
    }

    /// <summary>Whether a header value may hold a token of ours, wherever it stands: such a header never goes on.</summary>
    public static bool MayHoldToken(string value) => value.Contains("cpb1.", StringComparison.Ordinal) || value.Contains("cpl1.", StringComparison.Ordinal);

    private static string Query(string query, CallerSlots slots, ref Found found)
    {
        if (query.Length == 0) return query;
        var kept = new List<string>();
        foreach (var pair in query.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            var isSlot = slots.Query.Contains(Uri.UnescapeDataString(name));
            var plain = Uri.UnescapeDataString(value);
            if (isSlot) found.TakeAll(plain);
            if (!isSlot && !MayHoldToken(plain)) kept.Add(pair);
        }

        return string.Join('&', kept);
    }

    private static string Path(string path, ref Found found)
    {
        var plain = Uri.UnescapeDataString(path);
        if (!MayHoldToken(plain)) return path;
        found.TakeAll(plain);
        return Token().Replace(path, BotCall.TokenInPath);
    }

    [GeneratedRegex(@"cp[bl]1\.[A-Za-z0-9._-]{1,507}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    /// <summary>The tokens found so far.</summary>
    private struct Found
    {
        public string? Token { get; private set; }

        public bool IsConflict { get; private set; }

        public void Take(string? token)
        {
            if (string.IsNullOrWhiteSpace(token)) return;
            token = token.Trim();
            IsConflict |= Token is not null && Token != token;
            Token ??= token;
        }

        /// <summary>Plain, in HTTP Basic, in a JSON Web Token that an SDK made of what it was given as key, and in lists of parameters.</summary>
        public void TakeAll(string? value)
        {
            if (string.IsNullOrEmpty(value)) return;
            if (value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) value = Decoded(value[6..].Trim(), isUrl: false);
            else if (value.StartsWith("Bearer ey", StringComparison.Ordinal)) value = string.Join(' ', value[7..].Split('.').Take(2).Select(part => Decoded(part, isUrl: true)));
            foreach (Match match in CallerTokenReader.Token().Matches(value)) Take(match.Value);
        }

        private static string Decoded(string text, bool isUrl)
        {
            try
            {
                return Encoding.UTF8.GetString(isUrl ? Base64Url.DecodeFromChars(text) : Convert.FromBase64String(text));
            }
            catch (FormatException)
            {
                return "";
            }
        }
    }
}
