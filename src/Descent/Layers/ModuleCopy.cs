using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Descent.Layers;

/// <summary>Copies of whole modules.</summary>
public static class ModuleCopy
{
    /// <summary>A copy of a module with parameters and parts of its own, which start with the same values; what is shared inside stays shared.</summary>
    /// <remarks>
    /// Parts are those that <see cref="Module"/> finds. Other fields are taken over as they are: numbers are copied,
    /// objects that are no parts are shared with the original. Hooks stay with the original.
    /// </remarks>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">What to copy.</param>
    /// <exception cref="InvalidOperationException">Parts stand in a collection that cannot be made anew.</exception>
    public static TModule Clone<TModule>(this TModule module)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        _ = module.Modules; // refuses parts that cannot be found, and tells each its path
        return (TModule)new Copies().Of(module)!;
    }

    /// <summary>What was copied so far, so that shared parts stay shared and circles end.</summary>
    private sealed class Copies
    {
        private readonly Dictionary<object, object> made = new(ReferenceEqualityComparer.Instance);

        [return: NotNullIfNotNull(nameof(value))]
        public object? Of(object? value) =>
            value switch
            {
                null => null,
                _ when made.TryGetValue(value, out var copy) => copy,
                Parameter parameter => made[value] = parameter.Copy(),
                Module module => OfModule(module),
                IDictionary dictionary when ModuleFields.MayHold(dictionary.GetType()) => OfDictionary(dictionary),
                Array array when ModuleFields.MayHold(array.GetType()) => OfArray(array),
                IList list when ModuleFields.MayHold(list.GetType()) => OfList(list),
                _ => value,
            };

        private Module OfModule(Module module)
        {
            var copy = module.ShallowCopy();
            made[module] = copy;
            foreach (var field in ModuleFields.Of(module.GetType()))
            {
                var value = field.GetValue(module);
                var copied = Of(value);
                if (!ReferenceEquals(value, copied) && !field.FieldType.IsValueType)
                {
                    field.SetValue(copy, copied);
                }
            }

            return copy;
        }

        private Array OfArray(Array array)
        {
            var copy = (Array)array.Clone();
            made[array] = copy;
            IList elements = copy;
            for (var index = 0; index < elements.Count; index++)
            {
                elements[index] = Of(elements[index]);
            }

            return copy;
        }

        private IList OfList(IList list)
        {
            var copy = MakeEmpty<IList>(list);
            foreach (var element in list)
            {
                copy.Add(Of(element));
            }

            return copy;
        }

        private IDictionary OfDictionary(IDictionary dictionary)
        {
            var copy = MakeEmpty<IDictionary>(dictionary);
            foreach (DictionaryEntry entry in dictionary)
            {
                copy.Add(entry.Key, Of(entry.Value));
            }

            return copy;
        }

        [UnconditionalSuppressMessage(
            "Trimming",
            "IL2072",
            Justification = "A collection that a module's field holds was made by its own constructor, which is therefore kept."
        )]
        private TCollection MakeEmpty<TCollection>(object original)
            where TCollection : class
        {
            try
            {
                var copy = (TCollection)Activator.CreateInstance(original.GetType())!;
                made[original] = copy;
                return copy;
            }
            catch (MissingMethodException problem)
            {
                throw new InvalidOperationException(
                    $"Clone: a {ModuleFields.NameOf(original.GetType())} holds parts and has no constructor without parameters. Keep them in an array, a List or a Dictionary.",
                    problem
                );
            }
        }
    }
}
