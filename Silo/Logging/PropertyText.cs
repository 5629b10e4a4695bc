using System.Globalization;
using System.Text;
using Serilog.Events;

namespace ControlPlane.Silo.Logging;

/// <summary>Turns a property's value into one that holds nothing but a number, an instant or a clean text.</summary>
internal sealed class PropertyText(LogText text)
{
    public ScalarValue Clean(LogEventPropertyValue value)
    {
        if (value is ScalarValue { Value: null or bool } harmless)
            return harmless;
        var rendered = new StringBuilder();
        Append(rendered, value);
        var raw = rendered.ToString();
        var clean = text.Clean(raw);
        return value is ScalarValue { Value: var held } scalar && IsPlain(held) && string.Equals(raw, clean, StringComparison.Ordinal)
            ? scalar
            : new ScalarValue(clean);
    }

    /// <summary>Types whose text is all there is to them, so that a format may be applied to them later.</summary>
    private static bool IsPlain(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong
        or float or double or decimal or Guid or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Enum;

    private static void Append(StringBuilder rendered, LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue scalar:
                rendered.Append(Of(scalar.Value));
                break;
            case SequenceValue sequence:
                AppendAll(rendered, '[', sequence.Elements.Select(element => ((string?)null, element)), ']');
                break;
            case StructureValue structure:
                AppendAll(rendered, '{', structure.Properties.Select(property => ((string?)property.Name, property.Value)), '}');
                break;
            case DictionaryValue dictionary:
                AppendAll(rendered, '{', dictionary.Elements.Select(pair => ((string?)Of(pair.Key.Value), pair.Value)), '}');
                break;
            default:
                rendered.Append(value);
                break;
        }
    }

    private static void AppendAll(StringBuilder rendered, char open, IEnumerable<(string? Name, LogEventPropertyValue Value)> members, char close)
    {
        rendered.Append(open);
        var first = true;
        foreach (var (name, value) in members)
        {
            if (!first)
                rendered.Append(", ");
            first = false;
            if (name is not null)
                rendered.Append(name).Append(": ");
            if (name is not null && OmittedProperties.Contains(name))
                rendered.Append(OmittedProperties.Placeholder);
            else
                Append(rendered, value);
        }
        rendered.Append(close);
    }

    private static string Of(object? value) => value switch
    {
        null => "null",
        string s => s,
        Uri uri => uri.IsAbsoluteUri ? uri.GetLeftPart(UriPartial.Authority) : OmittedProperties.Placeholder,
        HttpRequestMessage request => $"{request.Method} {(request.RequestUri is { IsAbsoluteUri: true } uri ? uri.Host : OmittedProperties.Placeholder)}",
        HttpResponseMessage response => ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture),
        Exception e => ExceptionText.Of(e),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
