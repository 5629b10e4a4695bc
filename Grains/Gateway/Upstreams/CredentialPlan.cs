using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Upstreams;

/// <summary>How our key goes into a call of one way to connect: as the catalogue's verify puts it, or as its gateway says.</summary>
/// <param name="Headers">Header name to template. Templates without a variable are put only where the caller has sent none.</param>
/// <param name="Query">Query parameter to template.</param>
/// <param name="Path">Template in the verify's path, such as <c>bot{TELEGRAM_BOT_TOKEN}</c>: there the caller's token is replaced by the value.</param>
/// <param name="Signer">Name of a signing scheme.</param>
internal sealed record CredentialPlan(
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Query,
    BasicAuthDefinition? Basic,
    string? Path,
    string? Signer,
    IReadOnlyList<string> Requires,
    IReadOnlyList<string> Open)
{
    private static readonly HashSet<string> s_callersOwn = new(StringComparer.OrdinalIgnoreCase) { "Accept", "Content-Type", "User-Agent" };
    private static readonly Dictionary<string, string> s_none = [];

    /// <summary>Null when the catalogue does not tell how a key goes into a call.</summary>
    /// <param name="signers">Names of the schemes that can be signed.</param>
    public static CredentialPlan? Of(ProviderDefinition provider, AccessDefinition access, IReadOnlySet<string> signers)
    {
        if (provider.Gateway?.Credentials is { } own)
            return new(own.Headers, own.Query, own.Basic, null, own.Signer, own.Requires.Count > 0 ? own.Requires : access.Requires, own.Open);
        if (access.Verify is not { } verify) return null;
        if (signers.Contains(verify.Kind)) return new(Plain(verify.Request), s_none, null, null, verify.Kind, access.Requires, []);
        if (verify.Kind is not (VerifyKinds.Http or VerifyKinds.Session)) return null;
        var request = verify.Request;
        var (path, query) = Split(request.Path);
        var plan = new CredentialPlan(Plain(request), Keyed(query), request.Basic, Whole(path, provider), null, access.Requires, []);
        return plan.HasKey || !access.Requires.Any(name => IsSecret(provider, name)) ? plan : null;
    }

    private bool HasKey => Basic is not null || Path is not null || Query.Count > 0 || Headers.Values.Any(HasVariable);

    public static bool HasVariable(string template) => Template.Names(template).Any();

    private static Dictionary<string, string> Plain(RequestDefinition request) =>
        request.Headers.Where(header => !s_callersOwn.Contains(header.Key)).ToDictionary(StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string> Keyed(string query) => query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && HasVariable(pair[1]))
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    // A path that is one whole template is a webhook: no call has its place below it.
    private static string? Whole(string path, ProviderDefinition provider) =>
        Template.Whole(path) is null ? path.Split('/').FirstOrDefault(segment => Template.Names(segment).Any(name => IsSecret(provider, name))) : null;

    private static bool IsSecret(ProviderDefinition provider, string name) => provider.Variables.FirstOrDefault(variable => variable.Name == name)?.Secret == true;

    private static (string Path, string Query) Split(string path) =>
        path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (path[..at], path[(at + 1)..]) : (path, "");
}
