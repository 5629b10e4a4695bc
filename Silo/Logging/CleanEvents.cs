using ControlPlane.Grains.Secrets;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace ControlPlane.Silo.Logging;

/// <summary>Makes of an event a copy that any sink may print: its message rendered, each property one clean value.</summary>
internal sealed class CleanEvents(LogText text)
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}");

    private readonly PropertyText _properties = new(text);

    /// <summary>Never throws. An event that cannot be cleaned keeps its time and level alone.</summary>
    public LogEvent Copy(LogEvent original)
    {
        try
        {
            var properties = Properties(original);
            var exception = original.Exception is null ? null : new CleanException(text.Clean(ExceptionText.Of(original.Exception)));
            return Make(original, Render(original, properties), exception, properties.Where(property => !OmittedProperties.Contains(property.Name)));
        }
#pragma warning disable CA1031 // Whatever went wrong, nothing of the event may get out as it was.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Make(original, Redactor.Failed, null, []);
        }
    }

    private List<LogEventProperty> Properties(LogEvent original)
    {
        var properties = new List<LogEventProperty>(original.Properties.Count);
        foreach (var (name, value) in original.Properties)
        {
            var clean = OmittedProperties.Contains(name) ? new ScalarValue(OmittedProperties.Placeholder) : _properties.Clean(value);
            properties.Add(new LogEventProperty(name, clean));
        }
        return properties;
    }

    /// <summary>The rendered message is cleaned again: a secret may be split between the template and a property.</summary>
    private string Render(LogEvent original, List<LogEventProperty> properties)
    {
        using var rendered = new StringWriter();
        Message.Format(new LogEvent(original.Timestamp, original.Level, null, original.MessageTemplate, properties), rendered);
        return text.Clean(rendered.ToString());
    }

    private LogEvent Make(LogEvent original, string message, Exception? exception, IEnumerable<LogEventProperty> properties) => new(
        original.Timestamp,
        original.Level,
        exception,
        new MessageTemplate(message, [new TextToken(message)]),
        properties.Select(property => new LogEventProperty(CleanName(property.Name), property.Value)).DistinctBy(property => property.Name, StringComparer.Ordinal),
        original.TraceId ?? default,
        original.SpanId ?? default);

    private string CleanName(string name) => text.Clean(name) is { } clean && !string.IsNullOrWhiteSpace(clean) ? clean : "_";
}
