namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

internal sealed class RequestRules(
    ProviderDefinition provider,
    AccessDefinition access,
    IReadOnlyDictionary<string, VariableDefinition> variables,
    params string[] given)
{
    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    private static readonly string[] s_ownHeaders =
        ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE", "Trailer", "Proxy-Authorization", "traceparent", "tracestate", "baggage"];

    public void Check(RequestDefinition request, FieldErrors errors)
    {
        errors.Expect(s_methods.Contains(request.Method), "method", $"must be one of {string.Join(", ", s_methods)}.");
        CheckPath(request.Path, errors.At("path"));
        CheckHeaders(request, errors);
        errors.Expect(request.Json is null || request.Form is null, "form", "can't stand beside json. Keep one body.");
        var hasBody = request.Json is not null || request.Form is not null;
        errors.Expect(!hasBody || request.Method is not ("GET" or "HEAD"), "method", "can't be GET or HEAD with a body. Use POST, or remove the body.");

        foreach (var text in RequestTemplates.Texts(request))
        {
            foreach (var name in Template.Names(text.Text))
                CheckTemplate(name, text, errors);
        }
    }

    private void CheckPath(string path, FieldErrors errors)
    {
        if (Template.Whole(path) is { } name)
        {
            if (given.Contains(name))
                errors.Add("can't be a token. Start it with a slash.");
            return;
        }

        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal))
            errors.Add("must start with one slash, or be one whole {VARIABLE} that holds an address.");
        if (path.AsSpan().ContainsAny('#', ' ', '\\') || path.Any(char.IsControl))
            errors.Add("must not have spaces, backslashes, fragments or control characters. Percent-encode them.");
    }

    private static void CheckHeaders(RequestDefinition request, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Headers)
        {
            var at = errors.At($"headers.{name}");
            if (!NamePatterns.IsHeader(name))
                at.Add("is not the name of a header. Use letters, digits and dashes.");
            else if (s_ownHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                at.Add("is set by the engine or never sent. Remove it.");
            else if (!names.Add(name))
                at.Add("differs from another header in case alone. Keep one of them.");
            if (value.Any(character => character is < ' ' or > '~'))
                at.Add("must be printable ASCII. Remove other characters.");
        }

        errors.Expect(request.Basic is null || !names.Contains("Authorization"), "basic", "can't stand beside an Authorization header. Keep one of them.");
    }

    private void CheckTemplate(string name, TemplatedText text, FieldErrors errors)
    {
        if (given.Contains(name))
            return;

        var at = errors.At(text.Field);
        if (!variables.TryGetValue(name, out var variable))
        {
            at.Add($"{{{name}}} is not the main name of a variable. Declare it under variables of {provider.Id} or correct the name.");
            return;
        }

        var isSure = access.Requires.Contains(name) || variable.Default is not null;
        if (!isSure && !(text.MayBeLeftOut && Template.Whole(text.Text) is not null))
            at.Add($"{{{name}}} may be absent here. Add {name} to requires, give it a default, or make it the whole value, which is then left out.");
    }
}
