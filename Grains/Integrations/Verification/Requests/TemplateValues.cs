using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>What templates are filled with: values, else defaults.</summary>
internal sealed class TemplateValues(VerifyTarget target, Secret? token = null, IReadOnlyDictionary<string, string>? derived = null)
{
    /// <summary>Null when the variable is absent and has no default.</summary>
    public string? Find(string name)
    {
        if (name == Template.Token && token is not null)
            return token.Reveal();
        if (derived?.GetValueOrDefault(name) is { } made)
            return made;
        return target.Values.TryGetValue(name, out var value)
            ? value.Reveal()
            : target.Provider.Variables.FirstOrDefault(variable => variable.Name == name)?.Default;
    }

    /// <summary>The filled text, or null when it is one whole template of an absent variable.</summary>
    public string? Fill(string text, Func<string, bool> isAllowed) =>
        Template.Whole(text) is { } name && Find(name) is null ? null : Fill(text, isAllowed, static value => value);

    public string Fill(string text, Func<string, bool> isAllowed, Func<string, string> encode) => Template.Fill(text, name =>
    {
        var value = Find(name) ?? "";
        return isAllowed(value) ? encode(value) : throw VerifyFaultException.Malformed(name == Template.Token ? null : name);
    });

    public override string ToString() => nameof(TemplateValues);
}
