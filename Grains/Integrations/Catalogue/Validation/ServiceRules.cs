namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of a verify that makes no HTTP request.</summary>
internal sealed class ServiceRules(AccessDefinition access, IReadOnlyDictionary<string, VariableDefinition> variables)
{
    public void Check(VerifyDefinition verify, FieldErrors errors)
    {
        errors.Expect(verify.Request == RequestDefinition.None, "request", $"means nothing to {verify.Kind}. Remove it.");
        errors.Expect(verify.Then.Count == 0, "then", $"means nothing to {verify.Kind}. Remove it.");
        errors.Expect(verify.Expiry is null, "expiry", $"means nothing to {verify.Kind}. Remove it.");
        foreach (var rule in verify.Outcomes.Where(rule => rule.Status.Count > 0))
            errors.Add("outcomes", $"must not name an HTTP status: {verify.Kind} has none. Remove {string.Join(", ", rule.Status)}.");
        if (verify.Service is not { } service)
            return;
        foreach (var (field, text) in new[] { ("port", service.Port), ("username", service.Username), ("password", service.Password) })
        {
            if (text is not null)
                CheckTemplate(text, errors.At("service").At(field));
        }
    }

    private void CheckTemplate(string text, FieldErrors errors)
    {
        if (Template.Whole(text) is not { } name)
            errors.Add("must be one whole {VARIABLE}.");
        else if (!variables.TryGetValue(name, out var variable))
            errors.Add($"{{{name}}} is not the main name of a variable. Declare it under variables or correct the name.");
        else
            errors.Expect(access.Requires.Contains(name) || variable.Default is not null, name, "may be absent here. Add it to requires, or give it a default.");
    }
}
