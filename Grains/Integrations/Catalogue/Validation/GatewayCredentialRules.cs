using ControlPlane.Grains.Gateway.Upstreams;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of where keys stand in a provider's calls.</summary>
internal static class GatewayCredentialRules
{
    public static void Check(GatewayDefinition gateway, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        for (var i = 0; i < gateway.Slots.Count; i++)
        {
            var slot = gateway.Slots[i];
            var places = new[] { slot.Header, slot.Query, slot.Basic }.Count(place => place is not null);
            errors.Expect(places == 1, $"slots[{i}]", "must be one of header, query and basic.");
        }

        if (gateway.Credentials is not { } credentials) return;
        var at = errors.At("credentials");
        foreach (var (name, template) in credentials.Headers.Concat(credentials.Query)) CheckNames(template, name, variables, at);
        if (credentials.Basic is { } basic) CheckNames(basic.Username + basic.Password, "basic", variables, at);
        foreach (var name in credentials.Requires) at.Expect(variables.ContainsKey(name), "requires", $"names {name}, which is no variable of the provider.");
        at.Expect(credentials.Signer is null || SignedFields.Of(credentials.Signer) is not null, "signer", "must be a signing scheme whose fields are known.");
        at.Expect(credentials.Signer is not null || credentials.Headers.Count + credentials.Query.Count > 0 || credentials.Basic is not null, "headers", "is missing: say where the key goes.");
    }

    private static void CheckNames(string template, string field, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        foreach (var name in Template.Names(template)) errors.Expect(variables.ContainsKey(name), field, $"names {name}, which is no variable of the provider.");
    }
}
