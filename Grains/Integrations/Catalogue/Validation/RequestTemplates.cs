using System.Text.Json;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>A text of a request that may hold templates.</summary>
/// <param name="MayBeLeftOut">Left out altogether when it is one whole template of an absent variable.</param>
internal sealed record TemplatedText(string Field, string Text, bool MayBeLeftOut);

/// <summary>Finds every text of a request that may hold templates.</summary>
internal static class RequestTemplates
{
    public static IEnumerable<string> Names(RequestDefinition request) => Texts(request).SelectMany(text => Template.Names(text.Text));

    public static IEnumerable<TemplatedText> Texts(RequestDefinition request)
    {
        yield return new TemplatedText("path", request.Path, MayBeLeftOut: false);
        foreach (var (name, value) in request.Headers)
            yield return new TemplatedText($"headers.{name}", value, MayBeLeftOut: true);
        if (request.Basic is { } basic)
        {
            yield return new TemplatedText("basic.username", basic.Username, MayBeLeftOut: false);
            yield return new TemplatedText("basic.password", basic.Password, MayBeLeftOut: false);
        }

        foreach (var (name, value) in request.Form ?? new Dictionary<string, string>())
            yield return new TemplatedText($"form.{name}", value, MayBeLeftOut: true);
        if (request.Json is { } json)
        {
            foreach (var text in JsonTexts("json", json))
                yield return text;
        }
    }

    private static IEnumerable<TemplatedText> JsonTexts(string field, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [new TemplatedText(field, element.GetString()!, MayBeLeftOut: true)],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => JsonTexts($"{field}.{member.Name}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => JsonTexts($"{field}[{index}]", item)),
        _ => [],
    };
}
