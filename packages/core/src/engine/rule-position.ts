/** Where a rule stands in the plan. Rules that come or go before it move it; a rule that went does nothing any more. */
export interface RulePosition {
  index: number;
  gone: boolean;
}
